// What pages with charts need besides: drawings, and boxes that count anew by themselves.
import "./elements/chart.js";
import "./elements/dashboard.js";
