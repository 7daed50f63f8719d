/**
 * Our words. Records that cannot be wrong once they are made; no input or output, no clock, no JSON.
 *
 * <p>In: nothing. Out: values that every other room passes on. Knows nothing of: LXD's spelling, stores, drivers.
 */
package berth.model;
