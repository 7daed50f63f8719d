package berth.model;

/**
 * Where an object is declared: its site, the file and the line, so that a refusal can name them.
 *
 * @param site the owner of the object
 * @param retired true when the object left the file: kept, stopped, listed, not deleted (mission S3-74, plan rule A43)
 * @param digest of the declared normal form that was last applied
 */
public record Declared(String site, String file, int line, boolean retired, String digest) {}
