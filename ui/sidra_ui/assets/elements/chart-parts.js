// The parts of the drawing library that charts are made of; in a file of its own, since elements are drawn as soon as
// they are defined.
import { init, use } from "echarts/core";
import { BarChart, LineChart, PieChart } from "echarts/charts";
import { GridComponent, MarkLineComponent } from "echarts/components";
import { SVGRenderer } from "echarts/renderers";

use([BarChart, LineChart, PieChart, GridComponent, MarkLineComponent, SVGRenderer]);

export { init };
