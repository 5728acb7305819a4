/** The one import of tfjs-node, whichever copy the project has: `tf` from here is the same as there. */
import * as tf from "@tensorflow/tfjs-node";

export { tf };
