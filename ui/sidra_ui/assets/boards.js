// What boards need besides: cards that are dragged.
import "sortablejs";
