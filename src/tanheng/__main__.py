from tanheng.cli import main

main()
