"""权限 Access: who somebody is, what they may do, and which rows they may see.

Rooms below never ask who the user is: they get a row predicate from `areas`. Uses `record` and `codes`.
"""

from tanheng.access.areas import Viewer, may_see
from tanheng.access.people import add_person, find_person
from tanheng.access.roles import Role, all_permissions, permissions_of, roles
from tanheng.access.sessions import sign_in, sign_out, who

__all__ = [
    "Role",
    "Viewer",
    "add_person",
    "all_permissions",
    "find_person",
    "may_see",
    "permissions_of",
    "roles",
    "sign_in",
    "sign_out",
    "who",
]
