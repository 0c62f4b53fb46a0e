package io.bactrian.change;

/**
 * What the target can hold. Immutable.
 *
 * @param keepsSetuid whether it keeps setuid and setgid bits
 * @param keepsLinks  whether it holds symbolic links
 */
public record Rules(boolean keepsSetuid, boolean keepsLinks) {
    /** A file's mode as the target will have it; directories keep theirs. */
    public int mode(int mode) {
        return keepsSetuid ? mode : mode & 01777;
    }
}
