"""Parameters in TypeScript: what papermill writes into the cell after the one tagged "parameters"."""

import json
import math
import re

# this module is loaded while papermill.engines still is: it ends with looking for entry points
from papermill.engines import NBClientEngine
from papermill.exceptions import PapermillException
from papermill.models import Parameter
from papermill.translators import Translator, papermill_translators

IDENTIFIER = re.compile(r"[A-Za-z_$][\w$]*")
DECLARATION = re.compile(
    r"^(?:let|const|var)\s+(?P<name>[A-Za-z_$][\w$]*)\s*(?::\s*(?P<type>[^=]+?))?\s*=\s*(?P<value>.*?);?\s*(?://\s*(?P<help>.*))?$"
)
LARGEST_INTEGER = 2**53 - 1  # beyond it a number of JavaScript is another one


class TypeScriptTranslator(Translator):
    @classmethod
    def translate(cls, val):
        if val is None:
            return "null"
        if isinstance(val, bool):
            return "true" if val else "false"
        if isinstance(val, int):
            if abs(val) > LARGEST_INTEGER:
                raise PapermillException(f"parameter {val} is beyond {LARGEST_INTEGER}, the largest integer of JavaScript: give it as a string")
            return str(val)
        if isinstance(val, float):
            if math.isfinite(val):
                return repr(val)
            return "NaN" if math.isnan(val) else "Infinity" if val > 0 else "-Infinity"
        if isinstance(val, dict):
            return "{" + ", ".join(f"{cls.translate_str(str(key))}: {cls.translate(value)}" for key, value in val.items()) + "}"
        if isinstance(val, (list, tuple)):
            return "[" + ", ".join(map(cls.translate, val)) + "]"
        return cls.translate_str(str(val))

    @classmethod
    def translate_str(cls, val):
        return json.dumps(val)

    @classmethod
    def comment(cls, cmt_str):
        return f"// {cmt_str}".strip()

    @classmethod
    def assign(cls, name, str_val):
        """A declaration, which tslab allows once more: so it also works in a notebook without a cell of parameters."""
        if not IDENTIFIER.fullmatch(name):
            raise PapermillException(f"parameter {name!r} is no name in TypeScript: expected letters, digits, _ and $")
        return f"let {name} = {str_val};"

    @classmethod
    def inspect(cls, parameters_cell):
        """The declarations of a cell, one a line, each with what its comment says."""
        found = [DECLARATION.match(line.strip()) for line in parameters_cell["source"].splitlines()]
        return [
            Parameter(m["name"], m["type"] or "None", m["value"], (m["help"] or "").strip())
            for m in found
            if m is not None
        ]


for name in ("typescript", "tslab"):
    papermill_translators.register(name, TypeScriptTranslator)


class Engine(NBClientEngine):
    """papermill's own engine under another name: papermill looks for engines only, and finding this one registers the translator."""
