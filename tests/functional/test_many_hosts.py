# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Accounts as inventory hosts: each gets its own result, with every strategy for many hosts."""

from __future__ import annotations

from support.playbook import assert_all_ok, defaults, play, task

ACCOUNTS = {
    "svc-backup": ("svc-backup", "CN=svc-backup,OU=Service Accounts,DC=acme,DC=com"),
    "abby": ("Abby.Smith", "CN=Abby Smith,OU=Austin,OU=Americas,OU=Demo,DC=seri,DC=acme,DC=com"),
    "admin": ("multi.account", "CN=Multi Account,OU=Admin,DC=acme,DC=com"),
    "payroll": ("svc-payroll", "CN=svc-payroll,OU=Service Accounts,DC=acme,DC=com"),
    "zoe": ("zo\u00eb.o'neil", 'CN=O\'Neil\\, Zo\u00eb "ZZ",OU=B\u00fcro,DC=acme,DC=com'),
}
STRATEGIES = ("linear", "free", "host_pinned")
CHANGE = {
    "user_name": "{{ user_name }}",
    "source_name": "Active Directory",
    "account_id": "{{ account_id }}",
    "password": "Of-{{ inventory_hostname }}.1A",
    "wait_sleep": 0.1,
}


def inventory(connection):
    """Return a host for each account."""
    return {
        host: {"ansible_connection": connection, "user_name": user_name, "account_id": account_id}
        for host, (user_name, account_id) in ACCOUNTS.items()
    }


def assert_each_has_its_own(outcome, tenant):
    """Assert that every account has the password of its host."""
    assert_all_ok(outcome)
    for host, (_user_name, account_id) in ACCOUNTS.items():
        assert outcome.result("Set", host)["account_id"] == account_id
        assert tenant.password("Active Directory", account_id)["history"] == [f"Of-{host}.1A"]


def test_each_host_gets_its_own_password_in_process_with_each_strategy(playbook, tenant):
    plays = []
    for strategy in STRATEGIES:
        change = {**CHANGE, "password": f"Of-{{{{ inventory_hostname }}}}.{strategy}1A"}
        tasks = [
            task("Query", "isc_password_info", {name: CHANGE[name] for name in ("user_name", "source_name")}),
            task("Set", "isc_password", change),
        ]
        plays += play(tasks, strategy=strategy, module_defaults=defaults(tenant))
    # Only action plugins can run there.
    some_hosts = ("svc-backup", "abby", "zoe")
    arguments = ("--forks=3", f"--limit={','.join(some_hosts)}")
    outcome = playbook.run(plays, *arguments, inventory=inventory("local"), python="/nonexistent/python")
    assert_all_ok(outcome)
    for host, account_id in [(host, ACCOUNTS[host][1]) for host in some_hosts]:
        done = [event["result"] for event in outcome.events if event["host"] == host and event["task"] == "Set"]
        assert [result["account_id"] for result in done] == [account_id] * len(STRATEGIES)
        expected = [f"Of-{host}.{strategy}1A" for strategy in STRATEGIES]
        assert tenant.password("Active Directory", account_id)["history"] == expected


def test_many_tasks_of_a_play_share_one_login(playbook, tenant):
    tasks = [
        task("Log in", "isc_login", {}, run_once=True, register="login"),
        task("Set", "isc_password", {**CHANGE, "access_token": "{{ login.access_token }}"}),
    ]
    plays = play(tasks, module_defaults=defaults(tenant))
    outcome = playbook.run(plays, "--forks=5", inventory=inventory("local"))
    assert_each_has_its_own(outcome, tenant)
    assert tenant.counts()["login"] == 1


def test_hosts_delegated_to_the_control_node_need_no_connection(playbook, tenant):
    hosts = inventory("ssh")
    hosts["localhost"] = {"ansible_connection": "local", "ansible_python_interpreter": "/nonexistent/python"}
    tasks = [task("Set", "isc_password", CHANGE, delegate_to="localhost")]
    plays = play(tasks, hosts="all:!localhost", module_defaults=defaults(tenant))
    outcome = playbook.run(plays, "--forks=5", inventory=hosts)
    assert_each_has_its_own(outcome, tenant)


def test_one_failure_does_not_affect_other_hosts(playbook, tenant):
    tenant.outcome("fail", user_name="Abby.Smith", errors=["The password is in the history"])
    outcome = playbook.run(
        play([task("Set", "isc_password", CHANGE)], module_defaults=defaults(tenant)),
        *("--forks=5", "--limit=abby:zoe"),
        inventory=inventory("local"),
    )
    assert outcome.rc == 2
    failed = [event["host"] for event in outcome.events if event["event"] == "failed"]
    assert failed == ["abby"]
    assert outcome.result("Set", "abby")["errors"] == ["The password is in the history"]
    assert tenant.password("Active Directory", ACCOUNTS["abby"][1]) is None
    assert tenant.password("Active Directory", ACCOUNTS["zoe"][1])["password"] == "Of-zoe.1A"
