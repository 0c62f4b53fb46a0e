package io.bactrian.chaos;

import java.util.Optional;
import java.util.Set;

/** One thing that happens in a run. Immutable; what its number means, depends on what it is. */
sealed interface Step {

    /** What is done to the source's directory; what cannot be done there is left undone. */
    record Deed(What what, String path, String other, int number) implements Step {
    }

    enum What {
        /** Written in place, as most programs do, or beside it and then renamed, as careful ones do. */
        WRITE, REPLACE, APPEND, TRUNCATE,
        /** Written to, with size and modification time as they were. */
        FORGE,
        /** The same, but out of the tree, and then back in it under another name. */
        ABROAD,
        DIRECTORY, LINK, RENAME, COPY,
        /** One file gets one more name. */
        NAME,
        /** Two files, directories or links change places. */
        SWAP,
        /** A file becomes a directory, a directory with all below it a file. */
        TURN,
        CHMOD, TOUCH, REMOVE, DEEP, MANY,
        /** A FIFO in a directory, which is not sent; a file that begins with a hole. */
        FIFO, SPARSE,
        /** A file that does not stand still before all is quiet. */
        RESTLESS,
        /** Hundreds of levels, and what is at their top may be renamed, moved and removed. */
        LEVELS,
        /** Hundreds of files in a directory; and what is slowly removed with all below it, before the eyes of whoever looks. */
        CROWD, CLEAR;

        /** Those that make much work. */
        static final Set<What> LARGE = Set.of(LEVELS, CROWD, CLEAR);
    }

    /** What goes wrong. */
    record Fault(Kind kind, int number) implements Step {
    }

    enum Kind {
        /** Stopped abruptly, and started at once. */
        KILL_SOURCE, KILL_TARGET,
        /** Asked to end, and started again. */
        STOP_SOURCE, STOP_TARGET,
        /** Stopped if it runs, and started if not. */
        SWITCH_SOURCE, SWITCH_TARGET,
        /** The source's view, the target's index: damaged, deleted or set back while its owner is down. */
        DAMAGE_VIEW, DAMAGE_INDEX,
        /** On the next request: see {@link Proxy}. */
        CUT_REQUEST, CUT_ANSWER, SWALLOW_ANSWER, STALL, HANG, UNAVAILABLE, TWICE, LATE,
        /** From now on a share of the events is lost, or all arrive again. */
        LOSE_EVENTS,
        /** The target's disk has no room, or little, or no inodes, until all is quiet. */
        FULL_DISK,
        /** The source's own files fill it, and it is freed at the source only. */
        BULK,
        /** Something is mounted below the source's root, and unmounted. */
        MOUNT, UNMOUNT,
        /** More than half of the source is on a disk that is unmounted: the target has to keep it. */
        VANISH,
        /** An {@link Error} is thrown: see {@link Throwing}. */
        THROW_WATCH(Throwing.Where.WATCH), THROW_DELIVERY(Throwing.Where.DELIVERY), THROW_TURN(Throwing.Where.TURN),
        THROW_UPLOAD(Throwing.Where.UPLOAD), THROW_SCRUB(Throwing.Where.SCRUB), THROW_TIMER(Throwing.Where.TIMER),
        /** Both processes think that it is another day. */
        CLOCK,
        /** Somebody changes the target's directory, or its disk does: the next scrub has to find it. */
        STRANGER;

        /** Those that take long. */
        static final Set<Kind> LARGE = Set.of(BULK, VANISH);

        private final Optional<Throwing.Where> where;

        Kind() {
            where = Optional.empty();
        }

        Kind(Throwing.Where where) {
            this.where = Optional.of(where);
        }

        /** Where something is thrown, if it is that. */
        Optional<Throwing.Where> where() {
            return where;
        }
    }

    /** Time passes, in milliseconds. */
    record Pause(int milliseconds) implements Step {
    }

    /** Nothing happens, and nothing fails, until both sides are equal. */
    record Quiet() implements Step {
    }
}
