# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Finding accounts with Search: queries, pages, and reading the responses."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._api import accounts as _search
from ansible_collections.community.sailpoint.plugins.module_utils._api.accounts import (
    SEARCH,
    AccountFilter,
    Source,
    check_query,
    find_accounts,
)
from ansible_collections.community.sailpoint.plugins.module_utils._api.sources import LIST_SOURCES
from ansible_collections.community.sailpoint.plugins.module_utils._client.operation import quote_value
from ansible_collections.community.sailpoint.plugins.module_utils._client.redaction import Redaction
from ansible_collections.community.sailpoint.plugins.module_utils._client.responses import Fields
from ansible_collections.community.sailpoint.plugins.module_utils._errors import (
    ApiError,
    InputError,
    ResponseTooLargeError,
    UnexpectedResponseError,
)
from hypothesis import given
from hypothesis import strategies as st
from support.hostile_texts import TEXTS
from support.local_servers import LocalServer
from support.modules import AD, connected

MANY = "Many Accounts"


class Script:
    """Stands in for a client: returns scripted pages of Search and a list of sources."""

    def __init__(self, *pages: Any, sources: Any = ()):
        self.warnings: list[str] = []
        self.requests: list[tuple[Any, dict, dict | None]] = []
        self._pages = [*pages]
        self._sources = sources

    @property
    def queries(self) -> list[str]:
        return [body["query"]["query"] for operation, _query, body in self.requests if operation is SEARCH]

    @property
    def limits(self) -> list[int]:
        return [int(query["limit"]) for operation, query, _body in self.requests if operation is SEARCH]

    def call_list(self, operation: Any, query: dict, json: dict | None = None) -> list[Fields]:
        # The caller changes the body for the next page.
        self.requests.append((operation, query, None if json is None else dict(json)))
        response = self._sources if operation is LIST_SOURCES else self._pages.pop(0) if self._pages else []
        if isinstance(response, Exception):
            raise response
        return [Fields(each, operation.name, Redaction(["correct horse"])) for each in response]


def entry(account_id="a1", source="AD", **more):
    return {
        "accountId": account_id,
        "name": f"name of {account_id}",
        "source": {"id": f"id of {source}", "name": source},
        **more,
    }


def identity(number=1, *accounts, **more):
    found = {"id": f"i{number}", "name": f"user{number}", "attributes": {"uid": f"uid{number}"}}
    return {**found, "accounts": list(accounts or [entry()]), **more}


def ids(accounts):
    return [account.account_id for account in accounts]


BY_NAME = AccountFilter(Source(name="AD"))


def test_an_account_holds_all_fields_of_search():
    details = {"disabled": True, "privileged": True, "supportsPasswordChange": False, "passwordLastSet": 1712266737000}
    (found,) = find_accounts(Script([identity(1, entry(id="an id of ISC", **details))]), BY_NAME)
    assert found._asdict() == {
        "account_id": "a1",
        "account_name": "name of a1",
        "user_name": "user1",
        "uid": "uid1",
        "identity_id": "i1",
        "source_id": "id of AD",
        "source_name": "AD",
        "disabled": True,
        "locked": False,
        "privileged": True,
        "supports_password_change": False,
        "last_set": 1712266737.0,
        "never_set": False,
        "isc_id": "an id of ISC",
    }


@pytest.mark.parametrize(
    ("sent", "flag", "supported"),
    [(True, True, True), ("true", True, True), ("False", False, False), (7, False, False), (None, False, None)],
)
def test_flags_are_read_tolerantly(sent, flag, supported):
    details = dict.fromkeys(("disabled", "locked", "privileged", "supportsPasswordChange"), sent)
    (found,) = find_accounts(Script([identity(1, entry(**details))]), BY_NAME)
    assert (found.disabled, found.locked, found.privileged) == (flag,) * 3
    assert found.supports_password_change is supported


def test_pages_are_requested_until_one_is_empty():
    script = Script([identity(1), identity(2, entry("a2"))], [identity(3, entry("a3"))], [])
    assert ids(find_accounts(script, BY_NAME)) == ["a1", "a2", "a3"]
    body = {
        "indices": ["identities"],
        "query": {"query": '@accounts(source.name.exact:"AD")'},
        "queryResultFilter": {"includes": ["id", "name", "attributes.uid", "accounts"]},
        "sort": ["id"],
    }
    limit = {"limit": "10000"}
    assert script.requests == [
        (SEARCH, limit, body),
        (SEARCH, limit, {**body, "searchAfter": ["i2"]}),
        (SEARCH, limit, {**body, "searchAfter": ["i3"]}),
    ]


@pytest.mark.parametrize(
    ("wanted", "query"),
    [
        (AccountFilter(Source(id="s")), '@accounts(source.id.exact:"s")'),
        (AccountFilter(Source(id="s"), account_id="a"), '@accounts(source.id.exact:"s" AND accountId.exact:"a")'),
        (
            AccountFilter(Source(name="n"), user_name="u"),
            '@accounts(source.name.exact:"n") AND (name.exact:"u" OR attributes.uid.exact:"u")',
        ),
        (AccountFilter(Source(name="n"), query="a:b OR c:d"), '@accounts(source.name.exact:"n") AND (a:b OR c:d)'),
        (
            AccountFilter(Source(name='a"b\\c'), account_id='") OR name:*'),
            '@accounts(source.name.exact:"a\\"b\\\\c" AND accountId.exact:"\\") OR name:*")',
        ),
    ],
)
def test_the_query_holds_each_criterion(wanted, query):
    script = Script(sources=[{"name": wanted.source.name, "id": wanted.source.id}])
    find_accounts(script, wanted)
    assert script.queries[0] == query


@given(st.text())
def test_a_quoted_value_is_one_value_and_can_be_read_back(text):
    read = re.fullmatch(r'"((?:[^"\\]|\\.)*)"', quote_value(text), re.DOTALL)
    assert re.sub(r"\\(.)", r"\1", read[1], flags=re.DOTALL) == text


def test_accounts_of_other_sources_are_left_out():
    accounts = [entry("a1"), entry("a2", "Other"), entry("a3", "ad"), entry("a4", "AD "), {"accountId": "a5"}]
    assert ids(find_accounts(Script([identity(1, *accounts)]), BY_NAME)) == ["a1"]
    by_id = AccountFilter(Source(id="id of Other"))
    assert ids(find_accounts(Script([identity(1, *accounts)]), by_id)) == ["a2"]


def test_an_exact_id_wins_and_is_queried_first():
    script = Script([identity(1, entry("CN=A"), entry("cn=a"))])
    assert ids(find_accounts(script, BY_NAME._replace(account_id="cn=a"))) == ["cn=a"]
    assert len(script.queries) == 2


def test_otherwise_an_id_is_compared_without_case():
    script = Script([], [identity(1, entry("CN=A"), entry("CN=B"))])
    assert ids(find_accounts(script, BY_NAME._replace(account_id="cn=a"))) == ["CN=A"]
    assert script.queries[0].endswith('accountId.exact:"cn=a")')
    assert script.queries[1].endswith('accountId:"cn=a")')


def test_if_the_exact_query_is_refused_the_other_one_is_used():
    script = Script(ApiError("No.", status_code=400), [identity(1, entry("CN=A"))])
    assert ids(find_accounts(script, BY_NAME._replace(account_id="CN=A"))) == ["CN=A"]
    with pytest.raises(ApiError):
        find_accounts(Script(ApiError("No.", status_code=403)), BY_NAME._replace(account_id="CN=A"))
    with pytest.raises(ApiError):
        find_accounts(Script(ApiError("No.", status_code=400)), BY_NAME)


@pytest.mark.parametrize("user_name", ["user1", "uid1", "USER1", "Uid1"])
def test_a_user_is_found_by_name_and_by_uid(user_name):
    pages = [[identity(1), identity(2, entry("a2"))], [], [identity(1), identity(2, entry("a2"))]]
    assert ids(find_accounts(Script(*pages), BY_NAME._replace(user_name=user_name))) == ["a1"]


def test_a_user_without_a_name_has_the_uid_for_one():
    (found,) = find_accounts(Script([identity(1, name=None)]), BY_NAME)
    assert (found.user_name, found.uid) == ("uid1", "uid1")
    (found,) = find_accounts(Script([identity(1, attributes=None)]), BY_NAME)
    assert (found.user_name, found.uid) == ("user1", None)


def test_duplicates_are_dropped():
    script = Script([identity(1, entry("a1"), entry("a1"))], [identity(1), identity(2, entry("a2"))])
    assert ids(find_accounts(script, BY_NAME)) == ["a1", "a2"]
    assert script.warnings == []


def test_an_account_of_two_identities_causes_a_warning():
    script = Script([identity(1), identity(2)])
    (found,) = find_accounts(script, BY_NAME)
    assert found.identity_id == "i1"
    assert script.warnings == [
        "1 account is listed with two identities for the source named 'AD', because ISC's index lags behind. The first "
        "identity is used for 'a1'."
    ]


@pytest.mark.parametrize(
    "broken",
    [
        identity(1, entry(None)),
        identity(1, entry("")),
        identity(1, entry(7)),
        identity(1, entry("a\x1b[1m")),
        identity(1, entry("the correct horse")),
        identity(1, entry("a\ud800")),
        identity(1, entry("x" * 5000)),
        identity(1, name=None, attributes={}),
        identity(1, name="a\nb", attributes={"uid": "\x00"}),
        identity(1, entry(source="AD") | {"source": {"id": None, "name": "AD"}}),
    ],
)
def test_an_unusable_account_is_left_out_with_a_warning(broken):
    script = Script([broken, identity(2, entry("a2"))])
    assert ids(find_accounts(script, BY_NAME)) == ["a2"]
    assert script.warnings == [
        "1 account is left out of the source named 'AD', because ISC sends no usable account id or user name of the "
        "identity 'i1'."
    ]


def test_a_warning_about_many_accounts_names_some_of_them():
    script = Script([identity(number, entry(None)) for number in range(5)])
    script._sources = [{"name": "AD"}]
    assert find_accounts(script, BY_NAME) == []
    assert script.warnings[0].startswith("5 accounts are left out of the source")
    assert script.warnings[0].endswith(" of the identity 'i0', 'i1', 'i2', ....")


@pytest.mark.parametrize(
    "page",
    [
        [{}],
        [{"id": ""}],
        [{"id": "a\n"}],
        [identity(1, accounts={})],
        [identity(1, accounts=["a"])],
        [identity(1, accounts="a")],
    ],
)
def test_a_malformed_page_is_refused(page):
    with pytest.raises(UnexpectedResponseError, match="^ISC's response to search has "):
        find_accounts(Script(page), BY_NAME)


def test_an_identity_without_accounts_is_ignored():
    script = Script([{"id": "a"}, identity(2, accounts=None)], sources=[{"name": "AD"}])
    assert find_accounts(script, BY_NAME) == []


def test_a_repeated_page_is_refused():
    with pytest.raises(UnexpectedResponseError, match="repeats a page"):
        find_accounts(Script([identity(1)], [identity(2)], [identity(1)]), BY_NAME)


def test_an_endless_response_is_refused(monkeypatch):
    monkeypatch.setattr(_search, "MAX_PAGES", 5)
    pages = [[identity(number)] for number in range(9)]
    with pytest.raises(UnexpectedResponseError, match="more than 5 pages"):
        find_accounts(Script(*pages), BY_NAME)


def test_too_large_a_response_is_requested_in_smaller_pages():
    too_large = ResponseTooLargeError("Too large.")
    script = Script([identity(1)], too_large, too_large, [identity(2, entry("a2"))], [])
    assert ids(find_accounts(script, BY_NAME)) == ["a1", "a2"]
    assert script.limits == [10000, 10000, 2500, 625, 625]
    assert [body.get("searchAfter") for _o, _q, body in script.requests] == [None, ["i1"], ["i1"], ["i1"], ["i2"]]


def test_a_single_too_large_identity_is_an_error():
    script = Script(*[ResponseTooLargeError("Too large.")] * 20)
    with pytest.raises(ResponseTooLargeError):
        find_accounts(script, BY_NAME)
    assert script.limits == [10000, 2500, 625, 156, 39, 9, 2, 1]


@pytest.mark.parametrize(
    ("source", "filters"), [(Source(name='a "b" \\'), 'name eq "a \\"b\\" \\\\"'), (Source(id="s"), 'id eq "s"')]
)
def test_the_source_is_looked_up_if_no_account_is_found(source, filters):
    script = Script(sources=[{"name": source.name, "id": source.id}])
    assert find_accounts(script, AccountFilter(source)) == []
    assert script.requests[-1] == (LIST_SOURCES, {"filters": filters, "limit": "10"}, None)
    assert script.warnings == []


def test_a_missing_source_is_an_error():
    with pytest.raises(InputError, match="^The tenant has no source named 'AD'") as refusal:
        find_accounts(Script(), BY_NAME)
    assert refusal.value.hint == "Check source_name. Write it as ISC shows it."
    with pytest.raises(InputError, match="^The tenant has no source with the id 's'") as refusal:
        find_accounts(Script(), AccountFilter(Source(id="s")))
    assert refusal.value.hint.startswith("Check source_id.")


def test_a_source_in_another_case_is_suggested():
    with pytest.raises(InputError) as refusal:
        find_accounts(Script(sources=[{"name": None}, {"name": "Ad"}]), BY_NAME)
    assert refusal.value.hint == "Check source_name. There is one name 'Ad'."


def test_a_source_that_may_not_be_looked_up_causes_a_warning():
    script = Script(sources=ApiError("No.", "Do it.", status_code=403))
    assert find_accounts(script, BY_NAME) == []
    assert script.warnings == [
        "Search knows no such account, and whether the tenant has a source named 'AD' isn't known: No. Do it."
    ]


@pytest.mark.parametrize("value", ["", " ", "a\x00", "a\nb", "a\ud800", "x" * 5000])
@pytest.mark.parametrize("option", ["source_name", "source_id", "account_id", "user_name"])
def test_an_unusable_option_is_refused(option, value):
    source = Source(**{option[7:]: value}) if option.startswith("source") else Source(name="AD")
    more = {} if option.startswith("source") else {option: value}
    script = Script()
    with pytest.raises(InputError, match=f"^{option} (is empty|has )"):
        find_accounts(script, AccountFilter(source, **more))
    assert script.requests == []


@pytest.mark.parametrize(
    "query",
    [
        "name:a",
        " name:a ",
        'name:"(" AND (a:b)',
        "created:[now-1d TO now}",
        "created:{* TO now]",
        "a:\\( AND b:c",
        'a:"\\""',
        "a:\\\\ AND (b:c)",
        "a:b\n  AND c:d",
    ],
)
def test_a_balanced_query_is_accepted(query):
    assert check_query("query", query) == query.strip()


@pytest.mark.parametrize("query", [None, "", " ", "\n"])
def test_an_empty_query_means_no_query(query):
    assert check_query("query", query) is None


@pytest.mark.parametrize(
    ("query", "unbalanced"),
    [
        ("a:b) OR (c:d", ")"),
        ("(a:b", "("),
        ("(a:[b)", ")"),
        ("(a]", "]"),
        ('a:"b', '"'),
        ('a:"b\\"', '"'),
        ("a:b\\", "\\"),
    ],
)
def test_an_unbalanced_query_is_refused(query, unbalanced):
    with pytest.raises(InputError) as refusal:
        check_query("query", query)
    assert refusal.value.message.startswith(f"query has a {unbalanced} without its counterpart: ")


@pytest.mark.parametrize("query", ["a\x1b", "a:\ud800", "x" * 20001])
def test_an_unusable_query_is_refused(query):
    with pytest.raises(InputError, match="^query has (control|more than)"):
        check_query("query", query)


# functional/test_many_pages.py tests more pages.
@pytest.mark.parametrize(("count", "page"), [(1, 100), (249, 100), (250, 0), (250, 100)])
def test_no_account_is_lost_or_doubled_across_pages(tenant, fake_time, count, page):
    tenant.generate([MANY, "Other", "A third one"], count, "many")
    tenant.settings(search_page=page)
    with connected(tenant, fake_time) as client:
        found = find_accounts(client, AccountFilter(Source(name=MANY)))
    expected = {f"CN=many{number:05d},OU=Generated,DC=acme,DC=com" for number in range(1, count + 1)}
    assert len(found) == count
    assert set(ids(found)) == expected
    assert {account.source_name for account in found} == {MANY}
    # One page, and the empty one after it.
    assert page or tenant.counts()["search"] == 2


HOSTILE = {
    **{name: text for name, text in TEXTS.items() if text.isprintable() and text.strip() and len(text) < 300},
    "quotes": "a \"b\" 'c'",
    "the end of a quote": '") OR name:* OR name:("',
    "backslashes": '\\ \\\\ \\"',
    "a colon": "source:name",
    "a parenthesis": "a) OR (b",
    "an asterisk": "*",
    "commas": "CN=Doe\\, John,OU=a,b",
    "Unicode": "zo\u00eb \u65e5\u672c\u8a9e \U0001f511",
    "words of the language": "AND OR NOT TO now-1d",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_match_only_themselves(tenant, fake_time, name):
    text = HOSTILE[name]
    tenant.add_account(text, text, text, account_name=text)
    tenant.add_account(text, AD, "another of the same user")
    with connected(tenant, fake_time) as client:
        by_name = find_accounts(client, AccountFilter(Source(name=text)))
        (found,) = find_accounts(client, AccountFilter(Source(name=text), account_id=text, user_name=text))
        (other,) = find_accounts(client, AccountFilter(Source(name=AD), user_name=text))
        none = find_accounts(client, AccountFilter(Source(name=text), account_id=f"{text}x"))
    assert by_name == [found]
    assert (found.account_id, found.user_name, found.source_name, found.account_name) == (text, text, text, text)
    assert other.account_id == "another of the same user"
    assert none == []


class JsonServer(LocalServer):
    """A server whose responses are JSON."""

    def respond(self, handler, request):
        body = json.dumps(self.response_to(request)).encode()
        self.send(handler, 200, {"Content-Length": str(len(body)), "Content-Type": "application/json"}, body)


class Repeating(JsonServer):
    """Issues an access token, and repeats it in the name of an account."""

    token = "an-access-token-that-was-just-issued"

    def response_to(self, request):
        if request["target"].startswith("/oauth/token"):
            return {"access_token": self.token, "token_type": "bearer", "expires_in": 749}
        if "searchAfter" in json.loads(request["body"]):
            return []
        return [{"id": "1", "name": "a.user", "accounts": [{**entry("1"), "name": f"name {self.token}"}]}]


def test_a_token_issued_during_the_search_is_masked(tenant, fake_time):
    with Repeating() as server, connected(tenant, fake_time, base_url=server.url, ca_path=None) as client:
        (found,) = find_accounts(client, AccountFilter(Source(name="AD")))
    assert found.account_name.startswith("name ")
    assert Repeating.token not in repr(found)


class Padded(JsonServer):
    """Returns as many of 40 identities as requested, each of a megabyte."""

    def response_to(self, request):
        limit = int(request["target"].partition("limit=")[2])
        first = int(json.loads(request["body"]).get("searchAfter", ["0"])[0]) + 1
        numbers = range(first, min(first + limit, 41))
        return [identity(number, entry(str(number)), id=str(number), name="x" * 1000000) for number in numbers]


def test_large_responses_are_read_within_their_bound(tenant, fake_time):
    given = {"client_id": None, "client_secret": None, "access_token": "opaque"}
    with Padded() as server, connected(tenant, fake_time, base_url=server.url, ca_path=None, **given) as client:
        found = find_accounts(client, AccountFilter(Source(name="AD")))
    assert ids(found) == [str(number) for number in range(1, 41)]
    limits = [int(request["target"].partition("limit=")[2]) for request in server.requests]
    assert limits[:5] == [10000, 2500, 625, 156, 39]
    assert set(limits[5:]) == {9}
