// Everything that pages load: the look and the behaviours. A room adds one line for each of its behaviours.
import "./style/index.css";
import "./swap";
import "./theme";
import "./menu";
import "./dialog";
import "./confirm";
import "./tabs";
import "./segments";
import "./tips";
import "./toasts";
import "./bars";
import "./copy";
import "./guard";
import "./filters";
import "./picks";
import "./reveal";
import "../../customers/front/board";
