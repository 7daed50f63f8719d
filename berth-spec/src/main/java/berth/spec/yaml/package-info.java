/**
 * YAML as a small tree that keeps places. In: text that may be hostile. Out: a bounded {@link berth.spec.yaml.Tree}.
 * Knows nothing of: what the keys mean.
 */
package berth.spec.yaml;
