/**
 * Texts with gaps, as images bring them along: the part of pongo2 (and so of Django) that images use. A template sees the values
 * it is given and nothing else: there is no tag, filter or function that reads a file, a host or a clock.
 */
package berth.engine.template;
