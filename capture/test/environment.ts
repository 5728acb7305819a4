/**
 * Set before tfjs-node loads: with oneDNN, and with several threads, sums have another order, and tests that compare
 * bits would fail.
 */
process.env.TF_ENABLE_ONEDNN_OPTS ??= "0";
process.env.TF_CPP_MIN_LOG_LEVEL ??= "2";
process.env.TF_NUM_INTRAOP_THREADS ??= "1";
process.env.TF_NUM_INTEROP_THREADS ??= "1";
