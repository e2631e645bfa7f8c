// What the console needs besides: the thread at its end, the draft, Ctrl and Enter, texts that buttons say, the call's clock.
import "./elements/console.js";
import "./elements/kept-text.js";
