# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tenant's fixed and generated sources, users and accounts. Ids depend on names only, so they never change."""

from __future__ import annotations

import time
import uuid

from simulator.world import Identity, Source, World

NAMESPACE = uuid.UUID("6f1d2d4e-58f8-4b57-9d0b-3f6f0c9a7a11")
TENANT_ID = str(uuid.uuid5(NAMESPACE, "tenant"))
ORG = "acme"
POD = "stg01-useast1"
# 2024-04-04T21:38:57.434Z, the published example.
SPRING_2024 = 1712266737.434

ACTIVE_DIRECTORY = "Active Directory"
HR_DATABASE = "HR Database"
PAYROLL_DATABASE = "Payroll Database"
IDENTITY_NOW = "IdentityNow"
UNMANAGED_SOURCE = "Unmanaged Source"

PUBLISHED_POLICIES = (
    "passwordRepeatedChar is 3",
    "passwordMinAlpha is 1",
    "passwordMinLength is 5",
    "passwordMinNumeric is 1",
)
# Names beyond the four published ones are inferred.
SYNCED_POLICIES = (
    "passwordRepeatedChar is 3",
    "passwordMinAlpha is 1",
    "passwordMinLength is 8",
    "passwordMaxLength is 128",
    "passwordMinNumeric is 1",
    "passwordMinUpper is 1",
    "passwordMinLower is 1",
    "passwordHistory is 5",
    "checkPasswordsAgainstAccountId is true",
)


def hexadecimal(name: str) -> str:
    return uuid.uuid5(NAMESPACE, name).hex


def dashed(name: str) -> str:
    """Return an id that is a dashed UUID. Tenants have both forms."""
    return str(uuid.uuid5(NAMESPACE, name))


def populate(world: World, generated: int) -> None:
    """Empty the world, and add the fixed objects and ``generated`` users with one account each on Active Directory."""
    world.clear()
    ad = world.add_source(
        Source(ACTIVE_DIRECTORY, hexadecimal("source:ad"), policies=SYNCED_POLICIES, sync_group="Directory and payroll")
    )
    hr = world.add_source(
        Source(HR_DATABASE, dashed("source:hr"), key_bits=4096, policies=PUBLISHED_POLICIES, type="JDBC")
    )
    group = "Directory and payroll"
    payroll = world.add_source(
        Source(PAYROLL_DATABASE, dashed("source:payroll"), policies=SYNCED_POLICIES, sync_group=group, type="JDBC")
    )
    isc = world.add_source(
        Source(IDENTITY_NOW, hexadecimal("source:isc"), policies=PUBLISHED_POLICIES, type="IdentityNowConnector")
    )
    unmanaged = world.add_source(
        Source(UNMANAGED_SOURCE, hexadecimal("source:unmanaged"), features=(), type="DelimitedFile")
    )

    def user(name: str, identifier: str) -> Identity:
        return world.add_identity(Identity(identifier, name))

    backup = user("svc-backup", hexadecimal("user:svc-backup"))
    world.add_account(backup, ad, "CN=svc-backup,OU=Service Accounts,DC=acme,DC=com", "svc-backup", SPRING_2024)

    abby = user("Abby.Smith", dashed("user:Abby.Smith"))
    world.add_account(
        abby, ad, "CN=Abby Smith,OU=Austin,OU=Americas,OU=Demo,DC=seri,DC=acme,DC=com", "Abby.Smith", SPRING_2024
    )
    world.add_account(abby, hr, "100042", "asmith")
    # SailPoint doesn't publish how the ISC login appears as an account.
    world.add_account(abby, isc, "Abby.Smith", "Abby.Smith")

    multi = user("multi.account", hexadecimal("user:multi.account"))
    world.add_account(multi, ad, "CN=Multi Account,OU=Admin,DC=acme,DC=com", "multi.account")
    world.add_account(multi, ad, "CN=Multi Account,OU=Admins,DC=acme,DC=com", "adm-multi", SPRING_2024)
    world.add_account(multi, ad, "CN=Account\\, Multi,OU=Test,DC=acme,DC=com", "multi.account")

    user("no.account", dashed("user:no.account"))

    svc_payroll = user("svc-payroll", dashed("user:svc-payroll"))
    world.add_account(svc_payroll, ad, "CN=svc-payroll,OU=Service Accounts,DC=acme,DC=com", "svc-payroll")
    world.add_account(svc_payroll, payroll, "SVC_PAYROLL", "svc-payroll")

    zoe = user("zo\u00eb.o'neil", hexadecimal("user:zoe"))
    world.add_account(zoe, ad, 'CN=O\'Neil\\, Zo\u00eb "ZZ",OU=B\u00fcro,DC=acme,DC=com', 'Zo\u00eb "ZZ" O\'Neil')

    unmanaged_user = user("unmanaged.user", dashed("user:unmanaged.user"))
    world.add_account(unmanaged_user, unmanaged, "unmanaged.user", "unmanaged.user")

    generate(world, [ad], generated)


def generate(world: World, sources: list[Source], count: int, prefix: str = "user", old: int | None = None) -> None:
    """Add users ``user00001``... with an account on each source, and passwords that are up to a year old.

    The age of one password in ten is unknown. With ``old``, the passwords of that many users, evenly spread, are 400
    days old instead, and the others one day.
    """
    now = time.time()
    for number in range(1, count + 1):
        name = f"{prefix}{number:05d}"
        identity = world.add_identity(Identity((hexadecimal if number % 2 else dashed)(f"user:{name}"), name))
        for source in sources:
            last_set = now - (number % 365) * 86400 - 3600 if number % 10 and source.reports_last_set else None
            if old is not None:
                last_set = now - (400 if old and (number - 1) % (count // old) == 0 else 1) * 86400
            world.add_account(identity, source, f"CN={name},OU=Generated,DC=acme,DC=com", name, last_set)
