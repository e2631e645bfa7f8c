import "./elements/columns.js";
import "./elements/list-place.js";
