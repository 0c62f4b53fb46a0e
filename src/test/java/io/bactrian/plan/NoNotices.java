package io.bactrian.plan;

import java.time.Duration;

/** For plans of which only the work is looked at. */
public record NoNotices() implements ComparisonRun.Notices {
    @Override
    public void trouble(String path, String why) {
    }

    @Override
    public void skipped(String path, String what) {
    }

    @Override
    public void lookAgain(String path, Duration after) {
    }
}
