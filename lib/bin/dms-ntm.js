#!/usr/bin/env node
// Committed and executable, so that `npx dms-ntm` works in a checkout too: what the compiler writes isn't executable.
process.noDeprecation = true; // of tfjs-node's, which nobody here can mend
require("../dist/src/cli/main.js");
