package io.bactrian;

import java.nio.file.Path;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;

/**
 * Puts what is at two paths in each other's place in one step, so that at no moment nothing is there. Only Linux can:
 * renameat2(2).
 */
public final class Swap {
    private static final int AT_FDCWD = -100;
    private static final int RENAME_EXCHANGE = 2;
    private static final Function RENAMEAT2 = NativeLibrary.getInstance("c").getFunction("renameat2");

    private Swap() {
    }

    /** Tells whether it was done; it is not if one of them is not there. */
    public static boolean of(Path a, Path b) {
        return RENAMEAT2.invokeInt(new Object[] {AT_FDCWD, a.toString(), AT_FDCWD, b.toString(), RENAME_EXCHANGE}) == 0;
    }
}
