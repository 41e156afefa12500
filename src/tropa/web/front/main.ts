// Everything that pages load: the look and the behaviours. A room adds one line for each of its behaviours.
import "./style/index.css";
