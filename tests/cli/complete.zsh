# SPDX-License-Identifier: GPL-2.0-only
#
# complete.zsh FILE LINE: types LINE and a tab into a zsh on a separate terminal. Writes the
# candidates that the completion offers to FILE, one a line.

# The inner shell sources this part.
if [[ -n $OFFERS ]]; then
	fpath=($COMPLETIONS $fpath)
	autoload -Uz compinit && compinit -D -u
	compadd() {
		# With these it stores or counts matches and offers none.
		local word
		local -a hits
		for word; do
			[[ $word == (-|--) ]] && break
			[[ $word == -[OAD] ]] && { builtin compadd "$@"; return }
		done
		builtin compadd -A hits "$@"
		(( $#hits )) && print -rl -- $hits >>$OFFERS
		builtin compadd "$@"
	}
	offer() {
		zle complete-word
		: >$READY
	}
	zle -N offer
	bindkey '^I' offer
	: >$READY
	return
fi

wait_ready() {
	local i
	for i in {1..200}; do
		[[ -e $READY ]] && { rm -f $READY; return }
		sleep 0.1
	done
	print -u2 'the shell does not answer'
	exit 1
}

zmodload zsh/zpty
export OFFERS=$1 READY=$1.ready
zpty shell zsh -f -i
zpty -w shell "source ${(q)0:A}"
wait_ready
zpty -n -w shell "$2"$'\t'
wait_ready
zpty -d shell
