"""From method and path to a handler: one dictionary look-up per path segment."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from marge.api.errors import HttpError
from marge.auth import User, can_control, can_read

if TYPE_CHECKING:
    from marge.api.context import ApiContext
    from marge.api.http import Request, Response, Stream

_NO_PARAMS: Final[dict[str, str]] = {}

Handler = Callable[["ApiContext", "Request"], Awaitable["Response | Stream"]]


class Access(Enum):
    """Who may use a route."""

    USER = "user"
    """Any logged-in user."""
    READ = "read"
    """Users who may see states; those in no group may not."""
    CONTROL = "control"
    """Users who may call services; those who may only look may not."""
    ADMIN = "admin"
    """Admins only."""
    LOCAL = "local"
    """A logged-in user, or anybody on the hub's own machine."""
    OPEN = "open"
    """Anybody; the handler looks for itself."""


_MAY: Final = {Access.ADMIN: lambda user: user.is_admin, Access.CONTROL: can_control, Access.READ: can_read}


def allowed(access: Access, user: User) -> bool:
    """Whether a logged-in user may use what asks for `access`."""
    may = _MAY.get(access)
    return may is None or may(user)


@dataclass(frozen=True, slots=True)
class Route:
    """A route. In `path`, `{name}` stands for one segment and `{name*}` at the end for all that follow."""

    method: str
    path: str
    handler: Handler
    access: Access = Access.USER
    query: Mapping[str, str] = field(default_factory=dict)
    """The query parameters: name → what it does."""
    body: type[Struct] | None = None
    """What is sent as JSON; None when that is nothing or anything."""


class _Node:
    __slots__ = ("fixed", "name", "rest", "routes", "variable")

    def __init__(self) -> None:
        self.fixed: dict[str, _Node] = {}
        self.variable: _Node | None = None
        self.name = ""
        self.rest: tuple[str, dict[str, Route]] | None = None
        self.routes: dict[str, Route] = {}


class Router:
    """Finds the route of a request. A fixed segment is preferred to a variable one."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._root = _Node()
        self._fixed: dict[str, dict[str, Route]] = {}
        self.routes: list[Route] = []
        for route in routes:
            self.add(route)

    def add(self, route: Route) -> None:
        """Add a route; raises ValueError for a second one with the same method and path."""
        self.routes.append(route)
        if "{" not in route.path:
            by_method = self._fixed.setdefault(route.path, {})
            _claim(by_method, route)
            return
        node = self._root
        for segment in route.path.strip("/").split("/"):
            if segment.startswith("{") and segment.endswith("*}"):
                name = segment[1:-2]
                if node.rest is None:
                    node.rest = (name, {})
                _claim(node.rest[1], route)
                return
            if segment.startswith("{"):
                if node.variable is None:
                    node.variable = _Node()
                    node.variable.name = segment[1:-1]
                node = node.variable
            else:
                node = node.fixed.setdefault(segment, _Node())
        _claim(node.routes, route)

    def find(self, method: str, path: str) -> tuple[Route, dict[str, str]]:
        """Return the route and its path parameters; raises HttpError 404 or 405."""
        by_method = self._fixed.get(path)
        params = _NO_PARAMS
        if by_method is None:
            by_method, params = self._walk(path)
        route = by_method.get(method)
        if route is None:
            allowed = ",".join(sorted(by_method)).encode()
            raise HttpError(405, "Method Not Allowed", headers=[(b"allow", allowed)])
        return route, params

    def _walk(self, path: str) -> tuple[dict[str, Route], dict[str, str]]:
        node = self._root
        params: dict[str, str] = {}
        rest: tuple[dict[str, Route], dict[str, str]] | None = None
        segments = path.strip("/").split("/")
        for index, segment in enumerate(segments):
            if node.rest is not None:
                name, routes = node.rest
                rest = routes, {**params, name: "/".join(segments[index:])}
            following = node.fixed.get(segment)
            if following is None:
                following = node.variable
                if following is None or not segment:
                    break
                params[following.name] = segment
            node = following
        else:
            if node.routes:
                return node.routes, params
        if rest is not None:
            return rest
        raise HttpError(404, "Not Found")


def _claim(by_method: dict[str, Route], route: Route) -> None:
    if route.method in by_method:
        raise ValueError(f"{route.method} {route.path} is routed twice")
    by_method[route.method] = route
