"""`sidra completion`: the script that lets a shell complete commands and names."""

from __future__ import annotations

import click

SHELLS = ("bash", "zsh", "fish")


def register(main: click.Group) -> None:
    """Add the command of this topic."""
    main.add_command(completion)


@click.command()
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    r"""Print the script that completes `sidra` in a shell: commands, options, affiliates, paths, roles.

    \b
    bash: sidra completion bash > ~/.local/share/bash-completion/completions/sidra
    zsh:  sidra completion zsh > ~/.zfunc/_sidra   (in a folder of $fpath)
    fish: sidra completion fish > ~/.config/fish/completions/sidra.fish
    """
    from click.shell_completion import get_completion_class

    made = get_completion_class(shell)
    if made is not None:
        click.echo(made(context.find_root().command, {}, "sidra", "_SIDRA_COMPLETE").source())
