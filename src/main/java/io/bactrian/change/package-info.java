/**
 * One change of a replica, and what describes it: the touched paths that led to it, and the limit of what may be removed.
 */
package io.bactrian.change;
