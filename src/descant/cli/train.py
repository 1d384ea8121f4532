"""`descant train` and `descant export`: from a recipe to the weights that are shipped."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from descant.errors import MissingExtraError

if TYPE_CHECKING:
    from descant.training.recipe import Recipe

RecipeName = Annotated[str, typer.Argument(metavar="RECIPE", help="Such as basic_pitch; a wrong name lists them.")]
SizeName = Annotated[str, typer.Option(help="small (two CPU cores), base (a GPU), or debug.")]
Run = Annotated[
    Path | None, typer.Option("--run", metavar="DIR", help="Checkpoint, log and plot.  [default: in the cache folder]")
]


def train(
    name: RecipeName,
    size: SizeName = "small",
    resume: Annotated[bool, typer.Option("--resume", help="Go on from the last checkpoint.")] = False,
    device: Annotated[str, typer.Option(help="cpu, cuda, or auto: the GPU where there is one.")] = "auto",
    seed: Annotated[int, typer.Option(help="Of the first weights, the excerpts and the dropout.")] = 0,
    run: Run = None,
) -> None:
    """Train a model from its recipe. Data sets are found under DESCANT_DATA, what is rendered is kept."""
    recipe = _recipe(name)
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from descant.training.harness import size_of
    from descant.training.harness import train as run_training

    steps = size_of(recipe, size).steps
    folder = _folder(recipe, size, run)
    console = Console()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("making examples", total=steps)

        def show(step: int, _: int, figures: dict[str, float]) -> None:
            told = "  ".join(f"{one} {value:.4f}" for one, value in figures.items())
            bar.update(task, completed=step, description="training")
            console.print(f"step {step:6d}  {told}", highlight=False, soft_wrap=True)

        state = run_training(recipe, size, folder, seed=seed, resume=resume, device=device, progress=show)
    console.print(f"best score {state.best_score:.4f} at step {state.best_step}; {folder}", highlight=False)


def export(
    name: RecipeName,
    size: SizeName = "small",
    run: Run = None,
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="Where to.  [default: among the shipped]")] = None,
) -> None:
    """Write a trained model as ONNX with its card, once PyTorch and ONNX Runtime agree to 1e-4."""
    recipe = _recipe(name)
    from descant.training.export import export as write
    from descant.training.harness import State
    from descant.training.run_folder import RunFolder
    from descant.weights import folders

    state = State(**RunFolder(_folder(recipe, size, run)).read_checkpoint())
    done = write(recipe, size, state, out or folders()[-1])
    card = done.card
    typer.echo(f"{done.path}: {card.parameters:,} parameters, {done.path.stat().st_size / 1e6:.2f} MB")
    typer.echo(f"PyTorch and ONNX Runtime differ by {card.parity:.1e}, chunked and whole by {card.chunk_parity:.1e}")


def _recipe(name: str) -> Recipe:
    """The recipe, once the packages that training needs are known to be there."""
    try:
        import matplotlib  # noqa: F401
        import onnx  # noqa: F401
        import torch  # noqa: F401
    except ImportError as error:
        raise MissingExtraError(
            f"training needs the package {error.name}; install it with: pip install 'descant[train]'"
        ) from None
    from descant.training.recipes import find

    return find(name)


def _folder(recipe: Recipe, size: str, run: Path | None) -> Path:
    from descant.io.cache import cache_folder

    return run or cache_folder() / "runs" / f"{recipe.name}-{size}"
