/** A web server's existing root folder becomes a link to the live root, without a gap, and comes back. */
@NullMarked
package mx.difusor.agent.publish.adopt;

import org.jspecify.annotations.NullMarked;
