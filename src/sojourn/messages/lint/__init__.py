"""What is allowed in content, and is surely not meant, or does harm."""

from sojourn.messages.lint.document import lint_block, lint_template
from sojourn.messages.lint.rendering import lint_rendered

__all__ = ["lint_block", "lint_rendered", "lint_template"]
