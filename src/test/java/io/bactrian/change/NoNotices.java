package io.bactrian.change;

import java.time.Duration;

/** For plans of which only the work is looked at. */
public record NoNotices() implements Plan.Notices {
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
