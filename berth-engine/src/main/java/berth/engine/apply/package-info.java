/** Sites: what files declare, planned against what is there and carried out by the very steps of the other rooms. */
package berth.engine.apply;
