"""`make fuzz`: property-based tests of every operation by role, and generated client code, against a real server.

Options come from the environment: CASES (about how many in all), SEED, ROLES (some of them, with commas). Exit status 0 only if nothing was found.
"""

import os
import secrets
import subprocess
import sys
import time
from pathlib import Path

from tests.fuzz import server

HERE = Path(__file__).parent
PROGRAMS = server.ROOT / ".venv-fuzz" / "bin"
SHORT = 3_000
ROLES = ("nobody", "reader", "contributor", "reviewer", "steward", "administrator")


def main():
    """Prepare, serve, test; say what was found."""
    seed = int(os.environ.get("SEED") or secrets.randbelow(10**6))
    wanted = [role for role in ROLES if role in (os.environ.get("ROLES") or ",".join(ROLES)).split(",")]
    cases = int(os.environ.get("CASES") or 20_000)
    home, port = server.folder(), server.free_port()
    said = server.environment(home, port)
    os.environ.clear()
    os.environ.update(said)
    keys = prepared(home)
    with server.serving(port) as address:
        wrong = [
            role for role in wanted if not tested(address, role, keys.get(role), cases // max(1, len(wanted)), seed)
        ]
        wrong += [] if client(address, keys["steward"], home) else ["client"]
    print(f"Seed {seed}. " + (f"Found something as: {', '.join(wrong)}." if wrong else "Nothing found."))
    return bool(wrong)


def prepared(home):
    """Make the register; return the tokens by role."""
    import django
    from django.conf import settings
    from django.core.management import call_command
    from django.utils import timezone

    from relations import devservices

    devservices.ensure(home, database=True, cache=True)
    django.setup()
    call_command("migrate", verbosity=0, interactive=False)
    from tests.fuzz import register

    settings.MEDIA_ROOT.mkdir(parents=True, exist_ok=True)
    people = register.fill(timezone.now())
    return register.keys(people, timezone.now())


def tested(address, role, key, cases, seed):
    """Run Schemathesis as a role; tell whether it found nothing."""
    began, report = time.monotonic(), Path(os.environ["RELATIONS_HOME"]) / f"{role}.json"
    command = [
        *(PROGRAMS / "schemathesis", "--config-file", HERE / ("schemathesis.toml" if key else "nobody.toml"), "run"),
        *(f"{address}/api/v1/schema/?format=json", "--no-color", "--seed", str(seed), "--report", "json"),
        *("--report-json-path", report, *volume(cases)),
        *os.environ.get("ARGS", "").split(),
    ]
    done = subprocess.run(list(map(str, command)), cwd=server.ROOT, env={**os.environ, "TOKEN": key or ""}, check=False)
    print(f"== {role}: exit status {done.returncode}, {time.monotonic() - began:.0f} s", flush=True)
    return done.returncode == 0


def volume(cases):
    """Say how much to try as a role: the boundaries of every parameter, some 8,000 cases, are left out of short runs."""
    short = ("--phases", "examples,fuzzing,stateful") if cases < SHORT else ()
    return (*short, "--max-examples", str(max(1, cases // 300)))


def client(address, key, home):
    """Make code of the document, of all of it, and use it; tell whether that went well."""
    command = [PROGRAMS / "openapi-python-client", "generate", "--url", f"{address}/api/v1/schema/?format=json"]
    command += ["--meta", "none", "--config", HERE / "generator.yaml", "--output-path", home / "relations_client"]
    search = f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}"
    made = subprocess.run(
        command, cwd=home, env={**os.environ, "PATH": search}, capture_output=True, text=True, check=False
    )
    if made.returncode or "WARNING" in made.stdout + made.stderr or "Unable" in made.stdout + made.stderr:
        print("The generator does not take all of the document:", made.stdout, made.stderr)
        return False
    said = {**os.environ, "GENERATED": str(home), "ADDRESS": address, "TOKEN": key}
    return subprocess.run([PROGRAMS / "python", HERE / "client.py"], env=said, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main())
