/* The job as a C programmer would write it: one pass, all state in registers. */
int play(const double *open, const double *high, const double *low, const double *close,
         const double *up, const double *down, long bars, double fee, double *cash_out) {
    double cash = 10000.0, qty = 0.0, stop = 0.0, target = 0.0;
    int trades = 0;
    for (long i = 0; i < bars; i++) {
        if (qty > 0.0) {
            double price = 0.0;
            if (open[i] <= stop || open[i] >= target) price = open[i];
            else if (low[i] <= stop) price = stop;
            else if (high[i] >= target) price = target;
            else if (down[i] > 0.0) price = close[i];
            if (price > 0.0) {
                cash += qty * price * (1.0 - fee);
                qty = 0.0;
                trades++;
            }
        }
        if (up[i] > 0.0 && !(qty > 0.0)) {
            qty = cash / (close[i] * (1.0 + fee));
            cash -= qty * close[i] * (1.0 + fee);
            stop = close[i] * 0.99;
            target = close[i] * 1.02;
        }
    }
    *cash_out = cash;
    return trades;
}
