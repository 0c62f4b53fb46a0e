/**
 * Compares touched paths of the source with the view, which is what the target is known to hold, and finds the changes that
 * the target lacks.
 */
package io.bactrian.compare;
