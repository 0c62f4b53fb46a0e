/**
 * What happened and what must change: touched places, their comparison with the view, and batches.
 */
package io.bactrian.change;
