"""The project folder: its settings file, its host.json, its function app."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import azure.functions as func
import pytest

from atakora_data.devhost.functions import read_functions
from atakora_data.devhost.host_json import route_prefix
from atakora_data.devhost.local_settings import local_values
from atakora_data.devhost.project import load_function_app
from atakora_data.errors import HostError, SettingsError


def test_local_values_complete_the_environment(tmp_path: Path) -> None:
    """A variable that is set and not empty wins over the file; numbers and booleans become text."""
    (tmp_path / "local.settings.json").write_text('\ufeff{"Values": {"A": "1", "B": "2", "C": true, "D": 5}}')
    assert {"B": "2", "C": "true", "D": "5"} == local_values(tmp_path, {"A": "set", "B": ""})


def test_without_the_file_nothing_is_added(tmp_path: Path) -> None:
    """The file is optional."""
    assert {} == local_values(tmp_path, {})


@pytest.mark.parametrize("text", ["{", "[]", '{"Values": []}', '{"Values": {"A": {}}}', '{"IsEncrypted": true}'])
def test_a_settings_file_that_cannot_be_used_is_named(tmp_path: Path, text: str) -> None:
    """The message begins with the file."""
    (tmp_path / "local.settings.json").write_text(text)
    with pytest.raises(SettingsError, match=r"local\.settings\.json"):
        local_values(tmp_path, {})


@pytest.mark.parametrize(
    ("text", "prefix"),
    [
        (None, "api"),
        ("{}", "api"),
        ('{"extensions": {"http": {"routePrefix": "data"}}}', "data"),
        ('{"extensions": {"http": {"routePrefix": ""}}}', ""),
        ('{"extensions": {"http": {"routePrefix": "/v1/data/"}}}', "v1/data"),
    ],
)
def test_the_prefix_comes_from_host_json(tmp_path: Path, text: str | None, prefix: str) -> None:
    """Without one it is `api`."""
    if text is not None:
        (tmp_path / "host.json").write_text(text)
    assert prefix == route_prefix(tmp_path, {})


def test_an_app_setting_wins_over_host_json(tmp_path: Path) -> None:
    """The host's own way to override host.json holds here too."""
    environ = {"AzureFunctionsJobHost__extensions__http__routePrefix": "other"}
    assert "other" == route_prefix(tmp_path, environ)


@pytest.mark.parametrize("text", ["{", '{"extensions": {"http": {"routePrefix": 1}}}'])
def test_a_host_json_that_cannot_be_used_is_named(tmp_path: Path, text: str) -> None:
    """The message begins with the file."""
    (tmp_path / "host.json").write_text(text)
    with pytest.raises(SettingsError, match=r"host\.json"):
        route_prefix(tmp_path, {})


def test_a_project_without_a_function_app_is_told_how_to_make_one(tmp_path: Path) -> None:
    """The message holds the lines to write."""
    with pytest.raises(HostError, match="create_function_app"):
        load_function_app(tmp_path)


def test_a_function_app_that_fails_is_told_with_its_line(tmp_path: Path) -> None:
    """No traceback: file, line and what was raised."""
    (tmp_path / "function_app.py").write_text("x = 1\ny = undefined\n")
    with isolated(tmp_path), pytest.raises(HostError, match=r"function_app\.py:2 fails: NameError: name 'undefined'"):
        load_function_app(tmp_path)


@pytest.mark.parametrize("count", [0, 2])
def test_a_project_has_exactly_one_function_app(tmp_path: Path, count: int) -> None:
    """None and two are refused, as the worker would."""
    lines = ["import azure.functions as func", *(f"app{number} = func.FunctionApp()" for number in range(count))]
    (tmp_path / "function_app.py").write_text("\n".join(lines))
    with isolated(tmp_path), pytest.raises(HostError, match=f"exactly one function app, not {count}"):
        load_function_app(tmp_path)


def test_the_function_app_of_a_project_is_found(tmp_path: Path) -> None:
    """Whatever it is called, and however often it is named."""
    (tmp_path / "function_app.py").write_text("import azure.functions as func\napp = other = func.FunctionApp()\n")
    with isolated(tmp_path):
        assert isinstance(load_function_app(tmp_path), func.FunctionApp)


@contextmanager
def isolated(project: Path) -> Iterator[None]:
    """Forget the imported module and the search path afterwards."""
    try:
        yield
    finally:
        sys.modules.pop("function_app", None)
        sys.path.remove(str(project))


async def answer(req: func.HttpRequest) -> func.HttpResponse:
    """Any function."""
    return func.HttpResponse("")


def app_with(*names: str) -> func.FunctionApp:
    """A function app with functions of these names."""
    app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)
    for name in names:
        app.function_name(name)(app.route(route=name)(answer))
    return app


def test_functions_are_tried_by_name() -> None:
    """The order of declaration does not matter, nor does case."""
    assert ["a", "B", "zz"] == [each.name for each in read_functions(app_with("zz", "B", "a"), "api", {}).http]


def test_methods_and_route_come_from_the_bindings() -> None:
    """Without methods all are served; without a route it is the function's name."""
    app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)
    app.function_name("one")(app.route(methods=["GET"])(answer))
    (function,) = read_functions(app, "api", {}).http
    assert (frozenset({"GET"}), "one", "req") == (function.methods, function.route.template, function.parameter)


def test_a_function_that_demands_a_key_is_refused() -> None:
    """Keys are not kept here, and serving it without one would be another app."""
    app = func.FunctionApp(http_auth_level=func.AuthLevel.FUNCTION)
    app.function_name("locked")(app.route(route="x")(answer))
    with pytest.raises(HostError, match="locked demands a function key"):
        read_functions(app, "api", {})


def test_another_trigger_is_refused() -> None:
    """A function that would never run is named."""
    app = func.FunctionApp()

    @app.function_name("nightly")
    @app.timer_trigger(arg_name="timer", schedule="0 0 0 * * *")
    async def nightly(timer: func.TimerRequest) -> None:
        """Never runs."""

    with pytest.raises(HostError, match="nightly has the trigger timerTrigger"):
        read_functions(app, "api", {})


def test_a_function_that_is_not_async_is_refused() -> None:
    """All handlers are async here."""
    app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)

    @app.function_name("slow")
    @app.route(route="slow")
    def slow(req: func.HttpRequest) -> func.HttpResponse:
        """Any function."""
        return func.HttpResponse("")

    with pytest.raises(HostError, match="slow is not async"):
        read_functions(app, "api", {})
