/**
 * What of this host stands in the way of guests.
 *
 * <p>In: a question. Out: findings, each with what to do. Changes nothing.
 */
package berth.engine.doctor;
