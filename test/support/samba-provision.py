"""Makes an Active Directory domain out of nothing, with the LDIF change records that come on standard input.

What `samba-tool domain provision` does, without the access rights of file shares, which want root, and quicker. The records may
change what otherwise only the domain controller itself writes, such as `pwdLastSet`.
"""

import logging
import sys

from ldb import CHANGETYPE_ADD
from samba.auth import system_session
from samba.dsdb import DS_DOMAIN_FUNCTION_2008_R2, DSDB_CONTROL_BYPASS_PASSWORD_HASH_OID
from samba.param import LoadParm
from samba.provision import provision

[configuration] = sys.argv[1:]
settings = LoadParm()
settings.load(configuration)
domain = provision(
    logging.getLogger(),
    system_session(),
    smbconf=configuration,
    lp=settings,
    realm=settings.get("realm"),
    domain=settings.get("workgroup"),
    hostname=settings.get("netbios name"),
    hostip="127.0.0.1",
    serverrole=settings.get("server role"),
    dom_for_fun_level=DS_DOMAIN_FUNCTION_2008_R2,
    dns_backend="NONE",
    batch_mode=True,
)
for kind, record in domain.samdb.parse_ldif(sys.stdin.read()):
    if kind == CHANGETYPE_ADD:
        domain.samdb.add(record)
    else:
        domain.samdb.modify(record, [f"local_oid:{DSDB_CONTROL_BYPASS_PASSWORD_HASH_OID}:0"])
