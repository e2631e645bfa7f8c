// Everything the browser runs. Each element works on markup that is useful without it.
import "htmx.org/dist/htmx.esm.js";
import "./elements/theme.js";
import "./elements/menu.js";
import "./elements/lookup.js";
import "./elements/search.js";
import "./elements/tabs.js";
import "./elements/table.js";
import "./elements/toasts.js";
import "./elements/password.js";
import "./elements/errors.js";
import "./elements/form-guard.js";
import "./elements/form-draft.js";
import "./elements/form-rescue.js";
import "./elements/confirm.js";
import "./elements/form-once.js";
import "./elements/drawer.js";
import "./elements/keyboard.js";
