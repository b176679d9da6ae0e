# Tries tokens on the verifier beside this file, which docs/node-and-python.md shows. Settings in as JSON, what became of
# each token out as JSON: the claims, or why it was refused.
import json
import sys

import jwt
from with_pyjwt import token_verifier

settings = json.load(sys.stdin)


def find_row(tenant_id, issuer):
    return next((row["clientIds"] for row in settings["rows"] if (row["tenantId"], row["issuer"]) == (tenant_id, issuer)), None)


verify = token_verifier(settings["audience"], find_row)
seen = {}
for name, token in settings["tokens"].items():
    try:
        seen[name] = {"claims": verify(token)}
    except jwt.PyJWTError as e:
        seen[name] = {"refused": f"{type(e).__name__}: {e}"}
print(json.dumps(seen))
