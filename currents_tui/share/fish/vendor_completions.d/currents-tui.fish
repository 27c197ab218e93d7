complete -c currents-tui -f
complete -c currents-tui -n 'not __fish_seen_subcommand_from demo watch status runs failures diff cancel delete doctor config completion help' -a demo -d 'the screen on a simulated project'
complete -c currents-tui -n 'not __fish_seen_subcommand_from demo watch status runs failures diff cancel delete doctor config completion help' -a watch -d 'follow a run to its end, line by line'
complete -c currents-tui -n 'not __fish_seen_subcommand_from demo watch status runs failures diff cancel delete doctor config completion help' -a status -d 'how a run is now'
complete -c currents-tui -n 'not __fish_seen_subcommand_from demo watch status runs failures diff cancel delete doctor config completion help' -a runs -d 'the project\'s runs'
complete -c currents-tui -n 'not __fish_seen_subcommand_from demo watch status runs failures diff cancel delete doctor config completion help' -a failures -d 'what failed, and why'
complete -c currents-tui -n 'not __fish_seen_subcommand_from demo watch status runs failures diff cancel delete doctor config completion help' -a diff -d 'what is newly failing, and what is fixed'
complete -c currents-tui -n 'not __fish_seen_subcommand_from demo watch status runs failures diff cancel delete doctor config completion help' -a cancel -d 'cancel runs, after a question'
complete -c currents-tui -n 'not __fish_seen_subcommand_from demo watch status runs failures diff cancel delete doctor config completion help' -a delete -d 'delete runs, after a question'
complete -c currents-tui -n 'not __fish_seen_subcommand_from demo watch status runs failures diff cancel delete doctor config completion help' -a doctor -d 'look what could be wrong'
complete -c currents-tui -n 'not __fish_seen_subcommand_from demo watch status runs failures diff cancel delete doctor config completion help' -a config -d 'what is set, and where'
complete -c currents-tui -n 'not __fish_seen_subcommand_from demo watch status runs failures diff cancel delete doctor config completion help' -a completion -d 'for bash, zsh or fish'
complete -c currents-tui -n 'not __fish_seen_subcommand_from demo watch status runs failures diff cancel delete doctor config completion help' -a help -d 'exit codes, environment, keys, events, manual'
complete -c currents-tui -n 'not __fish_seen_subcommand_from demo watch status runs failures diff cancel delete doctor config completion help' -l help
complete -c currents-tui -n 'not __fish_seen_subcommand_from demo watch status runs failures diff cancel delete doctor config completion help' -l profile
complete -c currents-tui -n 'not __fish_seen_subcommand_from demo watch status runs failures diff cancel delete doctor config completion help' -l project
complete -c currents-tui -n 'not __fish_seen_subcommand_from demo watch status runs failures diff cancel delete doctor config completion help' -l api-url
complete -c currents-tui -n 'not __fish_seen_subcommand_from demo watch status runs failures diff cancel delete doctor config completion help' -l version
complete -c currents-tui -n 'not __fish_seen_subcommand_from demo watch status runs failures diff cancel delete doctor config completion help' -l interval
complete -c currents-tui -n 'not __fish_seen_subcommand_from demo watch status runs failures diff cancel delete doctor config completion help' -l theme -xa 'dark light colour-blind terminal'
complete -c currents-tui -n 'not __fish_seen_subcommand_from demo watch status runs failures diff cancel delete doctor config completion help' -l read-only
complete -c currents-tui -n 'not __fish_seen_subcommand_from demo watch status runs failures diff cancel delete doctor config completion help' -l run-timeout
complete -c currents-tui -n 'not __fish_seen_subcommand_from demo watch status runs failures diff cancel delete doctor config completion help' -l ascii
complete -c currents-tui -n 'not __fish_seen_subcommand_from demo watch status runs failures diff cancel delete doctor config completion help' -l calm
complete -c currents-tui -n 'not __fish_seen_subcommand_from demo watch status runs failures diff cancel delete doctor config completion help' -l no-calm
complete -c currents-tui -n 'not __fish_seen_subcommand_from demo watch status runs failures diff cancel delete doctor config completion help' -l mouse
complete -c currents-tui -n 'not __fish_seen_subcommand_from demo watch status runs failures diff cancel delete doctor config completion help' -l no-mouse
complete -c currents-tui -n 'not __fish_seen_subcommand_from demo watch status runs failures diff cancel delete doctor config completion help' -l notify -xa 'bell osc9 osc777 none'
complete -c currents-tui -n 'not __fish_seen_subcommand_from demo watch status runs failures diff cancel delete doctor config completion help' -l pictures -xa 'auto sixel kitty blocks'
complete -c currents-tui -n '__fish_seen_subcommand_from demo' -l help
complete -c currents-tui -n '__fish_seen_subcommand_from demo' -l scenario -xa 'busy failing stuck green flaky-network huge'
complete -c currents-tui -n '__fish_seen_subcommand_from demo' -l speed
complete -c currents-tui -n '__fish_seen_subcommand_from demo' -l seed
complete -c currents-tui -n '__fish_seen_subcommand_from demo' -l interval
complete -c currents-tui -n '__fish_seen_subcommand_from demo' -l theme -xa 'dark light colour-blind terminal'
complete -c currents-tui -n '__fish_seen_subcommand_from demo' -l read-only
complete -c currents-tui -n '__fish_seen_subcommand_from demo' -l run-timeout
complete -c currents-tui -n '__fish_seen_subcommand_from demo' -l ascii
complete -c currents-tui -n '__fish_seen_subcommand_from demo' -l calm
complete -c currents-tui -n '__fish_seen_subcommand_from demo' -l no-calm
complete -c currents-tui -n '__fish_seen_subcommand_from demo' -l mouse
complete -c currents-tui -n '__fish_seen_subcommand_from demo' -l no-mouse
complete -c currents-tui -n '__fish_seen_subcommand_from demo' -l notify -xa 'bell osc9 osc777 none'
complete -c currents-tui -n '__fish_seen_subcommand_from demo' -l pictures -xa 'auto sixel kitty blocks'
complete -c currents-tui -n '__fish_seen_subcommand_from watch' -l help
complete -c currents-tui -n '__fish_seen_subcommand_from watch' -l profile
complete -c currents-tui -n '__fish_seen_subcommand_from watch' -l project
complete -c currents-tui -n '__fish_seen_subcommand_from watch' -l api-url
complete -c currents-tui -n '__fish_seen_subcommand_from watch' -l read-only
complete -c currents-tui -n '__fish_seen_subcommand_from watch' -l quiet
complete -c currents-tui -n '__fish_seen_subcommand_from watch' -l verbose
complete -c currents-tui -n '__fish_seen_subcommand_from watch' -l interval
complete -c currents-tui -n '__fish_seen_subcommand_from watch' -l timeout
complete -c currents-tui -n '__fish_seen_subcommand_from watch' -l fail-fast
complete -c currents-tui -n '__fish_seen_subcommand_from watch' -l wait-for-start
complete -c currents-tui -n '__fish_seen_subcommand_from watch' -l fail-on-stuck
complete -c currents-tui -n '__fish_seen_subcommand_from watch' -l json
complete -c currents-tui -n '__fish_seen_subcommand_from watch' -l no-exit-status
complete -c currents-tui -n '__fish_seen_subcommand_from status' -l help
complete -c currents-tui -n '__fish_seen_subcommand_from status' -l profile
complete -c currents-tui -n '__fish_seen_subcommand_from status' -l project
complete -c currents-tui -n '__fish_seen_subcommand_from status' -l api-url
complete -c currents-tui -n '__fish_seen_subcommand_from status' -l read-only
complete -c currents-tui -n '__fish_seen_subcommand_from status' -l quiet
complete -c currents-tui -n '__fish_seen_subcommand_from status' -l verbose
complete -c currents-tui -n '__fish_seen_subcommand_from status' -l json
complete -c currents-tui -n '__fish_seen_subcommand_from status' -l format
complete -c currents-tui -n '__fish_seen_subcommand_from status' -l no-exit-status
complete -c currents-tui -n '__fish_seen_subcommand_from runs' -l help
complete -c currents-tui -n '__fish_seen_subcommand_from runs' -l profile
complete -c currents-tui -n '__fish_seen_subcommand_from runs' -l project
complete -c currents-tui -n '__fish_seen_subcommand_from runs' -l api-url
complete -c currents-tui -n '__fish_seen_subcommand_from runs' -l read-only
complete -c currents-tui -n '__fish_seen_subcommand_from runs' -l quiet
complete -c currents-tui -n '__fish_seen_subcommand_from runs' -l verbose
complete -c currents-tui -n '__fish_seen_subcommand_from runs' -l branch
complete -c currents-tui -n '__fish_seen_subcommand_from runs' -l tag
complete -c currents-tui -n '__fish_seen_subcommand_from runs' -l author
complete -c currents-tui -n '__fish_seen_subcommand_from runs' -l status
complete -c currents-tui -n '__fish_seen_subcommand_from runs' -l search
complete -c currents-tui -n '__fish_seen_subcommand_from runs' -l limit
complete -c currents-tui -n '__fish_seen_subcommand_from runs' -l json
complete -c currents-tui -n '__fish_seen_subcommand_from failures' -l help
complete -c currents-tui -n '__fish_seen_subcommand_from failures' -l profile
complete -c currents-tui -n '__fish_seen_subcommand_from failures' -l project
complete -c currents-tui -n '__fish_seen_subcommand_from failures' -l api-url
complete -c currents-tui -n '__fish_seen_subcommand_from failures' -l read-only
complete -c currents-tui -n '__fish_seen_subcommand_from failures' -l quiet
complete -c currents-tui -n '__fish_seen_subcommand_from failures' -l verbose
complete -c currents-tui -n '__fish_seen_subcommand_from failures' -l format -xa 'text md json'
complete -c currents-tui -n '__fish_seen_subcommand_from diff' -l help
complete -c currents-tui -n '__fish_seen_subcommand_from diff' -l profile
complete -c currents-tui -n '__fish_seen_subcommand_from diff' -l project
complete -c currents-tui -n '__fish_seen_subcommand_from diff' -l api-url
complete -c currents-tui -n '__fish_seen_subcommand_from diff' -l read-only
complete -c currents-tui -n '__fish_seen_subcommand_from diff' -l quiet
complete -c currents-tui -n '__fish_seen_subcommand_from diff' -l verbose
complete -c currents-tui -n '__fish_seen_subcommand_from diff' -l json
complete -c currents-tui -n '__fish_seen_subcommand_from cancel' -l help
complete -c currents-tui -n '__fish_seen_subcommand_from cancel' -l profile
complete -c currents-tui -n '__fish_seen_subcommand_from cancel' -l project
complete -c currents-tui -n '__fish_seen_subcommand_from cancel' -l api-url
complete -c currents-tui -n '__fish_seen_subcommand_from cancel' -l read-only
complete -c currents-tui -n '__fish_seen_subcommand_from cancel' -l quiet
complete -c currents-tui -n '__fish_seen_subcommand_from cancel' -l verbose
complete -c currents-tui -n '__fish_seen_subcommand_from cancel' -l yes
complete -c currents-tui -n '__fish_seen_subcommand_from cancel' -l dry-run
complete -c currents-tui -n '__fish_seen_subcommand_from cancel' -l if-running
complete -c currents-tui -n '__fish_seen_subcommand_from delete' -l help
complete -c currents-tui -n '__fish_seen_subcommand_from delete' -l profile
complete -c currents-tui -n '__fish_seen_subcommand_from delete' -l project
complete -c currents-tui -n '__fish_seen_subcommand_from delete' -l api-url
complete -c currents-tui -n '__fish_seen_subcommand_from delete' -l read-only
complete -c currents-tui -n '__fish_seen_subcommand_from delete' -l quiet
complete -c currents-tui -n '__fish_seen_subcommand_from delete' -l verbose
complete -c currents-tui -n '__fish_seen_subcommand_from delete' -l yes
complete -c currents-tui -n '__fish_seen_subcommand_from delete' -l dry-run
complete -c currents-tui -n '__fish_seen_subcommand_from doctor' -l help
complete -c currents-tui -n '__fish_seen_subcommand_from doctor' -l profile
complete -c currents-tui -n '__fish_seen_subcommand_from doctor' -l project
complete -c currents-tui -n '__fish_seen_subcommand_from doctor' -l api-url
complete -c currents-tui -n '__fish_seen_subcommand_from doctor' -l read-only
complete -c currents-tui -n '__fish_seen_subcommand_from doctor' -l quiet
complete -c currents-tui -n '__fish_seen_subcommand_from doctor' -l verbose
complete -c currents-tui -n '__fish_seen_subcommand_from config' -a 'path show'
complete -c currents-tui -n '__fish_seen_subcommand_from config' -l help
complete -c currents-tui -n '__fish_seen_subcommand_from config' -l profile
complete -c currents-tui -n '__fish_seen_subcommand_from config' -l project
complete -c currents-tui -n '__fish_seen_subcommand_from config' -l api-url
complete -c currents-tui -n '__fish_seen_subcommand_from config' -l read-only
complete -c currents-tui -n '__fish_seen_subcommand_from completion' -a 'bash zsh fish'
complete -c currents-tui -n '__fish_seen_subcommand_from completion' -l help
complete -c currents-tui -n '__fish_seen_subcommand_from help' -a 'exit-codes environment keys events man demo watch status runs failures diff cancel delete doctor config completion help'
complete -c currents-tui -n '__fish_seen_subcommand_from help' -l help
