# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""AWX's rules for surveys and their answers."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

TYPES_OF_DEFAULTS: dict[str, Any] = {
    "text": str,
    "textarea": str,
    "password": str,
    "multiplechoice": str,
    "multiselect": (str, list),
    "integer": int,
    "float": (float, int),
}
TEXTS = ("text", "textarea", "password")
ENCRYPTED = "$encrypted$"
REQUIRED_KEYS = {"type": str, "question_name": str, "variable": str, "required": bool}


def problem(survey: Any) -> str:
    """Return AWX's first objection to a survey, or an empty text."""
    return next(_problems(survey), "")


def displayed(survey: dict[str, Any]) -> dict[str, Any]:
    """Return a survey as AWX shows it: the defaults of passwords are encrypted, even empty ones."""
    shown = copy.deepcopy(survey)
    for question in shown.get("spec", []):
        if question["type"] == "password" and "default" in question:
            question["default"] = ENCRYPTED
    return shown


def problem_of_answer(question: dict[str, Any], answer: Any) -> str:
    """Return AWX's objection to an answer when a job is launched, or an empty text."""
    kind = question["type"]
    low, high = question.get("min"), question.get("max")
    if kind in TEXTS:
        if not isinstance(answer, str):
            return "not a string"
        size: Any = len(answer)
    elif kind in ("integer", "float"):
        if isinstance(answer, bool) or not isinstance(answer, int if kind == "integer" else (int, float)):
            return "not a number"
        size = answer
    else:
        chosen = answer if kind == "multiselect" else [answer]
        unknown = [choice for choice in chosen if choice not in choices(question)]
        return f"{unknown[0]!r} is not a choice" if unknown else ""
    if low is not None and size < low:
        return "too small"
    return "too large" if high is not None and size > high else ""


def choices(question: dict[str, Any]) -> list[str]:
    """Return the choices of a question, which may be written as lines."""
    return _lines(question["choices"])


def _lines(value: Any) -> list[str]:
    return [line for line in value.splitlines() if line.strip()] if isinstance(value, str) else value


def _problems(survey: Any) -> Iterator[str]:
    for key, expected in (("name", str), ("description", str), ("spec", list)):
        if not isinstance(survey.get(key), expected):
            yield f"{key} is missing, or not of type {expected.__name__}"
    if not survey["spec"]:
        yield "spec has no questions"
    seen: set[str] = set()
    for question in survey["spec"]:
        for key, expected in REQUIRED_KEYS.items():
            if not isinstance(question.get(key), expected):
                yield f"question {question}: {key} is missing, or not of type {expected.__name__}"
        if question["variable"] in seen:
            yield f"there are two questions for {question['variable']}"
        seen.add(question["variable"])
        yield from (f"question {question['variable']}: {text}" for text in _problems_of_question(question))


def _problems_of_question(question: dict[str, Any]) -> Iterator[str]:
    kind, default = question["type"], question.get("default", "")
    if kind not in TYPES_OF_DEFAULTS:
        yield f"{kind} is not a type"
    if default != "" and not isinstance(default, TYPES_OF_DEFAULTS[kind]):
        yield f"the default is of the wrong type for {kind}"
    for key in ("min", "max"):
        if question.get(key) is not None and not isinstance(question[key], int):
            yield f"{key} is not an integer"
    if kind in ("multiplechoice", "multiselect"):
        if "choices" not in question:
            yield "choices is missing"
        defaults = _lines(default)
        if kind == "multiplechoice" and len(defaults) > 1:
            yield "there are several defaults"
        if any(item not in choices(question) for item in defaults):
            yield "the default is not a choice"
    if isinstance(default, str) and default.startswith(ENCRYPTED):
        yield "the default is a reserved word"
