// What became of the reader's bets, as show_guess.js has kept it.
function bets(root) {}
