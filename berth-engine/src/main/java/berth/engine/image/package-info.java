/** One class for each thing that can happen to an image. */
package berth.engine.image;
