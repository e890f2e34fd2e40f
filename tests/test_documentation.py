"""What the documentation says is so: its commands run, its codes are the program's, and CI runs what it names."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from tests import codes_page, commands_page

ROOT = Path(__file__).resolve().parent.parent
PAGES = ("README.md", "README.en.md")
_BLOCK = re.compile(r"```sh\n(.*?)```", re.DOTALL)


def blocks(page: str) -> list[list[str]]:
    """The commands of a page, block by block."""
    return [block.strip().splitlines() for block in _BLOCK.findall((ROOT / page).read_text("utf-8"))]


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory of programs of an environment into which the built wheel was installed."""
    place = tmp_path_factory.mktemp("installed")
    build = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(place), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    wheel = next(place.glob("zeroerror-*.whl"))
    # What it depends on is already here; only the package itself must come from the wheel.
    venv.create(place / "env", system_site_packages=False, with_pip=False)
    programs = place / "env" / "bin"
    packages = next((place / "env" / "lib").glob("python*")) / "site-packages"
    target = ["--no-deps", "--target", str(packages), str(wheel)]
    subprocess.run([sys.executable, "-m", "pip", "install", "-q", *target], check=True, capture_output=True)
    here = [path for path in sys.path if path.endswith("site-packages")]
    (packages / "here.pth").write_text("\n".join(here) + "\n", "utf-8")
    script = programs / "zeroerror"
    script.write_text(f"#!{programs / 'python'}\nfrom zeroerror.cli.main import run\nrun()\n", "utf-8")
    script.chmod(0o755)
    return programs


@pytest.mark.parametrize("page", PAGES)
def test_every_command_of_the_tour_runs_from_a_wheel_in_an_empty_directory(
    installed: Path, tmp_path: Path, page: str
) -> None:
    lines = ["set -e", *(line for block in blocks(page)[2:] for line in block)]
    environ = {
        name: value for name, value in os.environ.items() if not name.startswith(("ZEROERROR", "PYTHON"))
    }
    environ["PATH"] = f"{installed}{os.pathsep}{environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", "\n".join(lines)],
        cwd=tmp_path,
        env=environ,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert len(lines) > 20


def test_the_wheel_was_used_and_not_the_checkout(installed: Path) -> None:
    code = "import zeroerror; print(zeroerror.__file__)"
    done = subprocess.run(
        [installed / "python", "-c", code], cwd="/", capture_output=True, text=True, check=True
    )
    assert str(installed.parent) in done.stdout


@pytest.mark.parametrize("page", PAGES)
def test_ci_runs_the_test_command_that_the_page_names(page: str) -> None:
    command = blocks(page)[1]
    assert len(command) == 1
    assert command[0] in (ROOT / ".ci" / "run").read_text("utf-8").splitlines()


def test_the_page_of_codes_says_what_the_program_does() -> None:
    assert codes_page.PAGE.read_text("utf-8") == codes_page.page()


def test_the_page_of_commands_names_every_command_with_what_it_takes() -> None:
    assert commands_page.PAGE.read_text("utf-8") == commands_page.page()


@pytest.mark.parametrize("page", [*PAGES, *(f"docs/{each.name}" for each in (ROOT / "docs").glob("*.md"))])
def test_no_page_points_at_what_is_not_there(page: str) -> None:
    path = ROOT / page
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text("utf-8"))
    assert [link for link in links if not (path.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES)
def test_every_page_of_documentation_is_reached_from_the_first_one(page: str) -> None:
    text = (ROOT / page).read_text("utf-8")
    assert [each.name for each in (ROOT / "docs").glob("*.md") if f"](docs/{each.name})" not in text] == []


def test_the_page_of_architecture_names_only_rooms_that_are_there() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    rooms = "|".join(each.name for each in (ROOT / "zeroerror").iterdir() if each.is_dir())
    named = re.findall(rf"`((?:{rooms})/\w+)", text)
    assert len(named) > 20
    places = (ROOT / "zeroerror" / each for each in named)
    assert [str(each) for each in places if not (each.is_dir() or each.with_suffix(".py").exists())] == []


def test_the_page_of_architecture_names_every_room_of_decisions() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    # `decide`'s own small parts need no place on the page.
    parts = {"__init__", "acts", "content", "facts", "organising"}
    rooms = {each.stem for each in (ROOT / "zeroerror" / "engine").glob("*.py")} - parts
    assert sorted(each for each in rooms if f"`{each}`" not in text and f"engine/{each}`" not in text) == []
