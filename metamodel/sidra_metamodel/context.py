"""What the expressions and references at a place of a document speak of; follows from the language's `scoping`."""

from __future__ import annotations

from dataclasses import replace

from sidra_metamodel.language import Context, Document, Element, Keyword, keywords_of, once_per_class
from sidra_metamodel.nodes import Node
from sidra_metamodel.traits import Scoping


def root_context(document: type[Document], name: str) -> Context:
    """Return the context around a document, before its own keywords are seen."""
    subject = (name,) if document.is_subject else ()
    return Context(document.kind, name, subject, subject)


def element_context(element: type[Element], node: Node, outer: Context) -> Context:
    """Return the context inside an element: what its `of:`, `source:` or `at:` names counts for all its keywords."""
    context = outer
    for name, scoping in _naming_keywords(element):
        named = node.get(name)
        if named is not None and isinstance(named.value, str):
            context = _scoped(context, scoping, named.value)
    return context


def keyword_context(keyword: Keyword, inner: Context, outer: Context, element_name: str) -> Context:
    """Return the context of one keyword's value: `inner`, or the records that the element's relation leads to."""
    if keyword.scoping is Scoping.LINKED and inner.source and inner.source == outer.source:
        return replace(inner, source=(*inner.source, element_name))
    return inner


def entry_context(keyword: Keyword, context: Context, key: str) -> Context:
    """Return the context of what stands under a key of a keyword's map."""
    scoped = _scoped(context, keyword.scoping, key) if keyword.scoping is not None else context
    # `dataclasses.replace` takes five times as long, and this runs for every named thing of a configuration.
    return Context(scoped.kind, scoped.document, scoped.this, scoped.source, key)


def _scoped(context: Context, scoping: Scoping, name: str) -> Context:
    match scoping:
        case Scoping.SUBJECT:
            return replace(context, this=(name,), source=(name,))
        case Scoping.SOURCE:
            return replace(context, source=(name,))
        case Scoping.MEMBER:
            return replace(context, member=name)
        case Scoping.MADE:
            made = made_subject(context.document, name)
            return replace(context, this=made, source=made)
        case Scoping.LINKED:
            return context


def made_subject(wizard: str, name: str) -> tuple[str]:
    """Return the subject that a record made by a wizard is; `Model.resolve` gives its entity."""
    return (f"{wizard}.{name}",)


@once_per_class
def _naming_keywords(element: type[Element]) -> tuple[tuple[str, Scoping], ...]:
    return tuple((word.name, word.scoping) for word in keywords_of(element).values() if word.scoping is not None)
