"""Notebooks as they are kept: what changes with every execution and says nothing to a reader is left out.

So a notebook that was executed once more differs only where its results do, whether headless or by hand in JupyterLab, which saves
through `pre_save` (scripts/setup.py tells its server).
"""

METADATA = {
    "kernelspec": {"display_name": "TypeScript (tslab)", "language": "typescript", "name": "tslab"},
    "language_info": {"file_extension": ".ts", "mimetype": "text/typescript", "name": "typescript"},
}
CELL_METADATA = ("tags", "jupyter")  # what an author sets by hand
TIDY_AS = "dms-ntm-tidy"  # the library's progress displays say under this name what stays of them


VARIES = "varies"  # an author's tag on a cell: it shows times, or how much was left to do


def keep_varying(book, before):
    """Outputs of cells that show something else at each execution stay as they were before: a notebook changes only where results do."""
    varying = [cell for cell in book["cells"] if VARIES in cell["metadata"].get("tags", [])]
    kept = {cell["source"]: cell["outputs"] for cell in before["cells"] if cell["cell_type"] == "code" and cell["outputs"]}
    for cell in varying:
        cell["outputs"] = kept.get(cell["source"], cell["outputs"])


def tidy(book):
    """Tidies a notebook in place: nbformat's or plain JSON, of version 4. Notebooks of other kernels stay as they are."""
    if book["metadata"].get("kernelspec", {}).get("name") != "tslab":
        return
    book["metadata"] = {key: dict(value) for key, value in METADATA.items()}
    for cell in book["cells"]:
        cell["metadata"] = {key: cell["metadata"][key] for key in CELL_METADATA if cell["metadata"].get(key)}
        if cell["cell_type"] == "code":
            cell["outputs"] = merged_streams(cell["outputs"])
            for output in cell["outputs"]:
                tidy_output(output)
    number(book["cells"])


def tidy_output(output):
    if "data" not in output:
        return
    output["data"].update(output["metadata"].pop(TIDY_AS, {}))


def merged_streams(outputs):
    """Text of one stream in one output, however many pieces it came in."""
    merged = []
    for output in outputs:
        last = merged[-1] if merged else {}
        if output["output_type"] == "stream" and last.get("output_type") == "stream" and last["name"] == output["name"]:
            last["text"] = joined(last["text"]) + joined(output["text"])
        else:
            merged.append(output)
    return merged


def joined(text):
    return text if isinstance(text, str) else "".join(text)


def number(cells):
    """Execution counts from 1, if the cells were run from top to bottom; in another order they say so."""
    run = [cell for cell in cells if cell["cell_type"] == "code" and cell["execution_count"] is not None]
    counts = [cell["execution_count"] for cell in run]
    if counts != sorted(set(counts)):
        return
    for count, cell in enumerate(run, 1):
        cell["execution_count"] = count
        for output in cell["outputs"]:
            if output["output_type"] == "execute_result":
                output["execution_count"] = count


def pre_save(model, **_):
    """JupyterLab's server calls it before it writes a file."""
    if model["type"] == "notebook" and model.get("content") and model["content"].get("nbformat") == 4:
        tidy(model["content"])
