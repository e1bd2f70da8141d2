"""How it is run on real servers: as far as can be said without an engine."""

import re
import shlex
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
COMPOSE_ONLY = {"POSTGRES_PASSWORD", "APPLICATION_PASSWORD"}  # the roles'; the program gets them in its addresses


@pytest.fixture(scope="module")
def text():
    return (ROOT / "compose.yaml").read_text()


@pytest.fixture(scope="module")
def compose(text):
    return yaml.safe_load(text)


@pytest.fixture(scope="module")
def dockerfile():
    joined = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
    lines = [line for line in joined.splitlines() if line.strip() and not line.startswith("#")]
    return [(line.split(maxsplit=1)[0], line.split(maxsplit=1)[1]) for line in lines]


@pytest.fixture(scope="module")
def documented():
    return set(re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))


def test_services(compose):
    assert set(compose["services"]) == {"database", "cache", "migrate", "web", "worker", "archive", "hooks", "beat"}


def test_every_variable_is_documented(compose, text, documented):
    passed = set(compose["x-app"]["environment"])
    asked = set(re.findall(r"(?<!\$)\$\{([A-Z_]+)", text))
    assert passed - documented == set()
    assert asked - documented == COMPOSE_ONLY


def test_what_has_no_default_must_be_given(text):
    for name in ("POSTGRES_PASSWORD", "APPLICATION_PASSWORD", "SECRET_KEY", "PUBLIC_URL", "EMAIL_URL"):
        assert all(use.startswith(":?") for use in re.findall(rf"\$\{{{name}(.*?)\}}", text)), name


def test_images_are_pinned_to_a_patch_version(compose, dockerfile):
    images = [service["image"] for service in compose["services"].values() if "build" not in service]
    images += [arguments.split()[0] for instruction, arguments in dockerfile if instruction == "FROM"]
    assert len(images) == 4
    for image in images:
        assert re.search(r":\d+\.\d+(\.\d+)?-", image), image


def test_services_that_stay_have_a_health_check(compose):
    for name, service in compose["services"].items():
        assert ("healthcheck" in service) == (name != "migrate"), name


def test_nothing_starts_before_the_tables_are_there(compose):
    for name in ("web", "worker", "archive", "hooks", "beat"):
        assert compose["services"][name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}


def test_only_migrations_have_the_owners_password(compose):
    held = {
        name for name, service in compose["services"].items() if "DATABASE_OWNER_URL" in service.get("environment", {})
    }
    assert held == {"migrate"}
    steps = compose["services"]["migrate"]["command"][-1].split(" && ")
    assert [step.split()[2] for step in steps] == ["migrate", "protect_history", "load_catalogue"]
    assert "relations_application:" in compose["x-app"]["environment"]["DATABASE_URL"]


def test_only_the_web_server_is_reachable_and_only_from_this_machine(compose):
    assert {name for name, service in compose["services"].items() if "ports" in service} == {"web"}
    assert all(port.startswith("127.0.0.1:") for port in compose["services"]["web"]["ports"])


def test_our_containers_have_no_rights_to_lose(compose):
    for name in ("migrate", "web", "worker", "archive", "hooks", "beat"):
        service = compose["services"][name]
        assert (service["cap_drop"], service["read_only"]) == (["ALL"], True)
        assert service["security_opt"] == ["no-new-privileges:true"]


def test_volumes_are_declared(compose):
    used = {volume.split(":")[0] for service in compose["services"].values() for volume in service.get("volumes", [])}
    assert used == set(compose["volumes"])


def test_dockerfile_knows_its_instructions(dockerfile):
    known = {"FROM", "ENV", "WORKDIR", "COPY", "RUN", "USER", "VOLUME", "EXPOSE", "CMD"}
    assert {instruction for instruction, _ in dockerfile} <= known
    for instruction, arguments in dockerfile:
        if instruction == "RUN":
            assert shlex.split(arguments)


def test_image_does_not_run_as_root(dockerfile):
    instructions = [instruction for instruction, _ in dockerfile]
    assert ("USER", "relations") in dockerfile
    assert instructions.index("USER") < instructions.index("CMD")


def test_what_is_copied_exists_and_is_not_ignored(dockerfile):
    allowed = {line.removeprefix("!") for line in (ROOT / ".dockerignore").read_text().splitlines() if line[0] == "!"}
    for instruction, arguments in dockerfile:
        if instruction == "COPY" and not arguments.startswith("--from"):
            for source in arguments.split()[:-1]:
                assert (ROOT / source).exists(), source
                assert source in allowed, source


def test_image_environment_is_documented(dockerfile, documented):
    ours = {name for kind, said in dockerfile if kind == "ENV" for name in re.findall(r"([A-Z_]+)=", said)}
    others = {"PATH", "PIP_DISABLE_PIP_VERSION_CHECK", "PIP_NO_CACHE_DIR", "PYTHONUNBUFFERED"}
    wiring = {"DJANGO_SETTINGS_MODULE", "PROMETHEUS_MULTIPROC_DIR"}
    assert ours - documented - others - wiring == set()
