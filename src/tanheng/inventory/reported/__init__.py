"""他报清单 Inventories that others reported: GPC workbooks and tables, and the CEADs matrices."""
