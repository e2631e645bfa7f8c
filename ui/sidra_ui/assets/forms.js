// What the pages of records and their forms run besides sidra.js, which comes first and brings htmx.
import "./elements/form-asks.js";
import "./elements/form-guard.js";
import "./elements/form-rescue.js";
import "./elements/form-autosave.js";
import "./elements/form-leave.js";
import "./elements/create-dialog.js";
import "./elements/repeaters.js";
import "./elements/upload.js";
import "./elements/overtaken.js";
import "./elements/comments.js";
import "./elements/kept-text.js";
