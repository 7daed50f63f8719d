/** What the host has, as the kernel shows it below {@code /sys} and {@code /proc}, in LXD's words: {@code /1.0/resources}. */
package berth.rest.resource;
