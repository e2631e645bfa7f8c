// What pages with charts need besides.
import "echarts/core";
