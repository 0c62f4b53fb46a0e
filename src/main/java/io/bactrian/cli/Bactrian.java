package io.bactrian.cli;

/** The command line's entry point. */
public final class Bactrian {
    private Bactrian() {
    }

    public static void main(String[] args) {
        System.exit(2);
    }
}
