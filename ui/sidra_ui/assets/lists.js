import "./elements/columns.js";
import "./elements/list-place.js";
import "./elements/selection.js";
import "./elements/cells.js";
